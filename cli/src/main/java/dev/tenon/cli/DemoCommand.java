package dev.tenon.cli;
@picocli.CommandLine.Command(name = "demo")
final class DemoCommand extends Command { public Integer call() { return 0; } }
