import CLinux
import Glibc
import Storage

/// Before anything else in the program, what is done for all libraries included: a signal that
/// comes while these begin is kept.
@section(".preinit_array") @used
private let beginning: @convention(c) () -> Void = { hold_signals() }

// Nothing may be opened or started before this: the runtime would take the standard streams' numbers for itself where the
// program was started without them, and its threads would be begun without regard to limits.
Descriptor.reserveStandardStreams()
let words = Array(CommandLine.arguments.dropFirst())
if words.first == "run" { System.holdSignals() }
release_signals()
if let fault = CommandLineProgram.faultOfLimits() {
    CommandLineProgram.report(fault.message)
    exit(fault.status.rawValue)
}
Task.detached { exit(await CommandLineProgram.main(words).rawValue) }
System.waitForEver()
