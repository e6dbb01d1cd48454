package dev.tenon.cli;
@picocli.CommandLine.Command(name = "inspect")
final class InspectCommand extends Command { public Integer call() { return 0; } }
