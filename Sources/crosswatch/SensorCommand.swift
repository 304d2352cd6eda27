import ArgumentParser
import Server

/// `crosswatch sensor`.
struct SensorCommand: PrivilegedCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensor",
    abstract: "Listen to mirror ports, or follow captures, and print alerts as they are raised.",
    discussion: """
      Sends nothing. An alert is printed when it is raised, and again when it has grown. Settings and
      directory come from the workspace, where there is one.

      Needs CAP_NET_RAW, and gives it up once the interfaces are open: root becomes --user, or the
      owner of the workspace, or nobody.

      --follow reads captures that others still write, by tcpdump or a recorder: a file, the files of
      a folder or pattern one after the other as they are begun (under new names, or the same again),
      or standard input to its end. It needs no privileges, and gives up none but for --user.

      SIGINT and SIGTERM end it: everything seen so far is delivered, with a summary on standard
      error. SIGUSR1 prints the state; SIGHUP is ignored. Lost packets, lost interfaces and a full
      disk are told at once. Exits with 3 where an interface was lost or a capture damaged, with 1 where
      all interfaces were lost.

      EXAMPLES
        sudo crosswatch sensor -i eth1
        sudo crosswatch sensor -i eth1 -i eth2 --filter 'port 88 or port 389' --json
        sudo crosswatch sensor -i eth1 -w Workspaces/alpine --threads 4 --buffer 512
        sudo crosswatch sensor -i eth1 --user sensor --write /srv/traffic/dc.pcapng \\
          --rotate-size 1000 --rotate-count 100
        crosswatch sensor --follow /srv/traffic/
        tcpdump -i eth1 -U -w - | crosswatch sensor --follow -
        kill -USR1 $(pidof crosswatch)
      """)

  @Option(
    name: [.customShort("i"), .customLong("interface")],
    help: ArgumentHelp("An interface to listen to; may be repeated.", valueName: "IFACE"))
  var interfaces: [String] = []

  @Option(
    help: ArgumentHelp(
      "Follow a capture, folder or pattern that grows, or '-', instead of an interface.",
      valueName: "PATH"))
  var follow: String?

  @Option(help: ArgumentHelp("A filter in the language of pcap-filter(7).", valueName: "BPF"))
  var filter: String?

  @Option(
    help: ArgumentHelp("Octets of each packet that are read (default: 262144).", valueName: "N"))
  var snaplen: Int?

  @Option(
    help: ArgumentHelp(
      "Mebibytes of the kernel's buffer, for each interface (default: 64).", valueName: "MB"))
  var buffer: Int?

  @Flag(
    name: .customLong("no-promiscuous"),
    help: "Take only what is sent to this machine, rather than all that arrives.")
  var isNotPromiscuous = false

  @Option(help: ArgumentHelp("Threads, 1 to 16; the result is the same.", valueName: "N"))
  var threads = 1

  @Option(
    help: ArgumentHelp(
      "Write what is received, as pcapng, or as pcap where the name ends so.", valueName: "FILE"))
  var write: String?

  @Option(
    help: ArgumentHelp(
      "Begin another file after so many million octets; names get a time and a number.",
      valueName: "MB"))
  var rotateSize: Int?

  @Option(help: ArgumentHelp("Begin another file after so many seconds.", valueName: "SECONDS"))
  var rotateSeconds: Int?

  @Option(help: ArgumentHelp("Keep so many files, and remove older ones.", valueName: "N"))
  var rotateCount: Int?

  @Option(
    help: ArgumentHelp(
      "Keep the packets that prove alerts here, for 'carve' (default: packets/ in the workspace).",
      valueName: "DIR"))
  var packets: String?

  @Option(help: ArgumentHelp("Become this user once the interfaces are open.", valueName: "NAME"))
  var user: String?

  @Option(
    help: ArgumentHelp("Print the state on standard error that often.", valueName: "SECONDS"))
  var status: Int?

  @OptionGroup var workspace: WorkspaceOption

  @Flag(name: .customLong("json"), help: "Print alerts as JSON Lines.")
  var isJSON = false

  func validate() throws {
    try SensorCommand.check("--snaplen", snaplen, 64...1_048_576)
    try SensorCommand.check("--buffer", buffer, 1...2047)
    try SensorCommand.check("--threads", threads, 1...16)
    try SensorCommand.check("--rotate-size", rotateSize, 1...1_000_000)
    try SensorCommand.check("--rotate-seconds", rotateSeconds, 1...31_536_000)
    try SensorCommand.check("--rotate-count", rotateCount, 1...1_000_000)
    try SensorCommand.check("--status", status, 1...86_400)
    try checkSource()
    let isRotating = rotateSize != nil || rotateSeconds != nil
    guard write != nil || !isRotating && rotateCount == nil else {
      throw ValidationError("--rotate-size, --rotate-seconds and --rotate-count need --write.")
    }
    guard isRotating || rotateCount == nil else {
      throw ValidationError("--rotate-count needs --rotate-size or --rotate-seconds.")
    }
    guard write != "-" else {
      throw ValidationError("--write needs a file: standard output is for alerts.")
    }
    if let name = Set(interfaces).first(where: { name in interfaces.count { $0 == name } > 1 }) {
      throw ValidationError("-i \(name) is given twice.")
    }
  }

  /// Packets come from interfaces or from captures, and what is about interfaces needs one.
  private func checkSource() throws {
    guard follow != nil else {
      guard !interfaces.isEmpty else {
        throw ValidationError("Name an interface with -i, or captures with --follow.")
      }
      return
    }
    let others = [
      ("-i", !interfaces.isEmpty), ("--filter", filter != nil), ("--snaplen", snaplen != nil),
      ("--buffer", buffer != nil), ("--no-promiscuous", isNotPromiscuous),
      ("--write", write != nil),
    ]
    if let name = others.first(where: \.1)?.0 {
      throw ValidationError("\(name) is for interfaces: it cannot be used with --follow.")
    }
  }

  private static func check(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
      "\(name) must be from \(range.lowerBound) to \(range.upperBound), found \(value).")
  }

  func open() throws -> @Sendable () async throws -> Void {
    var options = SensorOptions()
    options.interfaces = interfaces
    options.followed = follow
    options.workspace = workspace.workspace
    options.filter = filter
    options.snapLength = snaplen
    options.bufferMebibytes = buffer
    options.isPromiscuous = !isNotPromiscuous
    options.threads = threads
    options.recording = write
    options.rotateMegabytes = rotateSize
    options.rotateSeconds = rotateSeconds
    options.keepFiles = rotateCount
    options.packetsFolder = packets
    options.user = user
    options.statusSeconds = status
    options.isJSON = isJSON
    let run = try SensorRun.open(options, console: Console())
    return { try await run.run().exitIfNeeded() }
  }
}
