import ArgumentParser
import Server

/// `crosswatch sensor`.
struct SensorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensor",
    abstract: "Listen to mirror ports and print alerts as they are raised.",
    discussion: """
      Sends nothing. Needs CAP_NET_RAW. An alert is printed when it is raised, and again when it has
      grown; an interrupt ends it with a summary. Settings and directory come from the workspace, where
      there is one; nothing is stored.

      EXAMPLES
        sudo crosswatch sensor -i eth1
        sudo crosswatch sensor -i eth1 -i eth2 --filter 'port 88 or port 389' --json
        sudo crosswatch sensor -i eth1 -w Workspaces/alpine
      """)

  @Option(
    name: [.customShort("i"), .customLong("interface")],
    help: ArgumentHelp("Interfaces to listen to.", valueName: "IFACE"))
  var interfaces: [String]

  @Option(help: ArgumentHelp("A filter in the language of pcap-filter(7).", valueName: "BPF"))
  var filter: String?

  @Option(help: ArgumentHelp("Octets of each packet that are read.", valueName: "N"))
  var snaplen: Int?

  @Option(help: ArgumentHelp("Mebibytes of the kernel's buffer.", valueName: "MB"))
  var buffer: Int?

  @OptionGroup var workspace: WorkspaceOption

  @Flag(name: .customLong("json"), help: "Print alerts as JSON Lines.")
  var isJSON = false

  func validate() throws {
    if let snaplen, !(64...1_048_576).contains(snaplen) {
      throw ValidationError("--snaplen must be from 64 to 1048576, found \(snaplen).")
    }
    if let buffer, !(1...2047).contains(buffer) {
      throw ValidationError("--buffer must be from 1 to 2047, found \(buffer).")
    }
  }

  func run() throws {
    var options = SensorRun.Options()
    options.interfaces = interfaces
    options.workspace = workspace.workspace
    options.filter = filter
    options.snapLength = snaplen
    options.bufferMebibytes = buffer
    options.isJSON = isJSON
    try SensorRun(options, console: Console()).run().exitIfNeeded()
  }
}
