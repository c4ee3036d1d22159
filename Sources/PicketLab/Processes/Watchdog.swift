import Glibc
import Subprocess
import SystemPackage

/// A small child process that outlives this one for a moment, so that no other child does.
///
/// It reads from a pipe which processes run. When the pipe ends without a farewell, because this process was killed or crashed,
/// it kills them and removes their directory. PR_SET_PDEATHSIG would do the former without a helper, but it speaks of the *thread*
/// that spawned, and threads of a pool come and go.
final class Watchdog: Sendable {
    private static let program = """
        pids=
        while read -r word pid; do
            case $word in
                started) pids="$pids $pid" ;;
                ended)
                    rest=
                    for each in $pids; do test "$each" = "$pid" || rest="$rest $each"; done
                    pids=$rest ;;
                farewell) exit 0 ;;
            esac
        done
        test -z "$pids" || kill -KILL $pids
        rm -rf -- "$1"
        """

    private let pipe: FileDescriptor
    private let ending: Task<Void, Never>

    init(directory: String) throws {
        // Neither end is inherited by other children, or the pipe would not end with this process: Subprocess closes whatever it was
        // not asked to pass on.
        signal(SIGPIPE, SIG_IGN)
        let (input, output) = try FileDescriptor.pipe()
        pipe = output
        var options = PlatformOptions()
        // Not in the terminal's group: an interrupt from the keyboard must not reach it first.
        options.processGroupID = 0
        ending = Task { [options] in
            _ = try? await run(
                .path("/bin/sh"), arguments: ["-c", Self.program, "picket-lab-watchdog", directory], platformOptions: options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: true), output: .discarded, error: .discarded)
        }
    }

    func started(_ processID: pid_t) { tell("started \(processID)") }
    func ended(_ processID: pid_t) { tell("ended \(processID)") }

    /// Every process has ended: there is nothing left to watch.
    func dismiss() async {
        tell("farewell")
        await ending.value
    }

    /// Without a farewell, as when a deployment could not even be set up, this makes it clear up.
    deinit { try? pipe.close() }

    private func tell(_ line: String) { _ = try? pipe.writeAll((line + "\n").utf8) }
}
