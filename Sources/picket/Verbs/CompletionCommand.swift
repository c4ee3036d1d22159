import ArgumentParser
import PicketOperator

struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Prints what a shell needs to complete picket's words.",
        discussion: """
            Example: picket completion bash > /etc/bash_completion.d/picket
                     picket completion zsh > ~/.zsh/completions/_picket
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish
    }

    func run() {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Terminal().say(Picket.completionScript(for: shell))
    }
}
