package dev.tenon.cli;

import picocli.AutoComplete;
import picocli.CommandLine;

@CommandLine.Command(
        name = "completion",
        description = "Print a script that completes tenon's commands and options in bash and zsh.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  source <(tenon completion)",
            "  tenon completion > ~/.local/share/bash-completion/completions/tenon"
        })
final class CompletionCommand extends Command {
    @Override
    public Integer call() {
        var root = spec().root().commandLine();
        console().line(AutoComplete.bash("tenon", root).stripTrailing());
        return OK;
    }
}
