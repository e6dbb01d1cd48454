package dev.tenon.cli;
@picocli.CommandLine.Command(name = "verify")
final class VerifyCommand extends Command { public Integer call() { return 0; } }
