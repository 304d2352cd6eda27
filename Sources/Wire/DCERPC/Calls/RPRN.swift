/// Arguments of the print spooler's calls (MS-RPRN section 3.1.4, MS-PAR section 3.1.4), whose
/// structures are the same.
public enum RPRN {
  /// RpcOpenPrinter, RpcOpenPrinterEx and RpcAsyncOpenPrinter.
  public struct OpenRequest: Equatable, Sendable {
    public var printer: String?
  }

  /// RpcAddPrinterDriver, RpcAddPrinterDriverEx and RpcAsyncAddPrinterDriver.
  public struct AddDriverRequest: Equatable, Sendable {
    public var server: String?
    public var level: UInt32
    public var name: String?
    public var environment: String?
    /// The driver, its data and its configuration: what the spooler loads.
    public var files: [String]
  }

  /// RpcAddPrintProcessor.
  public struct AddProcessorRequest: Equatable, Sendable {
    public var server: String?
    public var environment: String
    public var path: String
    public var name: String
  }

  /// RpcAddMonitor: a port monitor.
  public struct AddMonitorRequest: Equatable, Sendable {
    public var server: String?
    public var name: String?
    public var library: String?
  }

  /// RpcRemoteFindFirstPrinterChangeNotification and its Ex form: who is to be told of changes.
  public struct NotificationRequest: Equatable, Sendable {
    public var printer: GUID
    public var localMachine: String?
  }
}

extension RPRN.OpenRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    printer = try input.uniqueString("pPrinterName")
  }
}

extension RPRN.AddDriverRequest {
  /// Reads the stub (MS-RPRN sections 2.2.1.2.3 and 2.2.1.5): levels 1 to 4, 6 and 8.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("pName")
    input.alignToPointer()
    level = try input.u32("Level")
    name = nil
    environment = nil
    files = []
    input.alignToPointer()
    _ = try input.u32("Level")
    guard try input.pointer("DriverInfo"), [1, 2, 3, 4, 6, 8].contains(level) else { return }
    // DRIVER_INFO_6 and 8 hold 64-bit numbers.
    input.input.align(to: level >= 6 || input.isNDR64 ? 8 : 4)
    let present = try Self.texts(&input, level: level)
    var texts: [String?] = []
    for isPresent in present { texts.append(isPresent ? try input.string("pName") : nil) }
    name = texts.first ?? nil
    environment = texts.count > 1 ? texts[1] : nil
    files = texts.dropFirst(2).compactMap { $0 }
  }

  /// Reads the fixed part; which of its first texts are there.
  private static func texts(
    _ input: inout NDRReader, level: UInt32
  ) throws(ParseFailure) -> [Bool] {
    guard level > 1 else { return [try input.pointer("pName")] }
    _ = try input.u32("cVersion")
    var present: [Bool] = []
    for _ in 0..<5 { present.append(try input.pointer("pDriverPath")) }
    guard level > 2 else { return present }
    for _ in 0..<3 { _ = try input.pointer("pHelpFile") }
    _ = try input.u32("cchDependentFiles")
    _ = try input.pointer("pDependentFiles")
    guard level > 3 else { return present }
    _ = try input.u32("cchPreviousNames")
    _ = try input.pointer("pszzPreviousNames")
    guard level > 4 else { return present }
    try input.skipWords(2, "ftDriverDate")
    _ = try input.u64("dwlDriverVersion")
    for _ in 0..<4 { _ = try input.pointer("pMfgName") }
    guard level > 6 else { return present }
    for _ in 0..<2 { _ = try input.pointer("pPrintProcessor") }
    _ = try input.u32("cchColorProfiles")
    for _ in 0..<2 { _ = try input.pointer("pszzColorProfiles") }
    try input.skipWords(2, "dwPrinterDriverAttributes")
    _ = try input.pointer("pszzCoreDependencies")
    try input.skipWords(2, "ftMinInboxDriverVerDate")
    _ = try input.u64("dwlMinInboxDriverVerVersion")
    return present
  }
}

extension RPRN.AddProcessorRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("pName")
    environment = try input.string("pEnvironment")
    path = try input.string("pPathName")
    name = try input.string("pPrintProcessorName")
  }
}

extension RPRN.AddMonitorRequest {
  /// Reads the stub: a MONITOR_CONTAINER of level 2.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("Name")
    name = nil
    library = nil
    input.alignToPointer()
    let level = try input.u32("Level")
    input.alignToPointer()
    _ = try input.u32("Level")
    guard try input.pointer("MonitorInfo"), level == 1 || level == 2 else { return }
    let isNamed = try input.pointer("pName")
    let hasEnvironment = level == 2 ? try input.pointer("pEnvironment") : false
    let hasLibrary = level == 2 ? try input.pointer("pDLLName") : false
    if isNamed { name = try input.string("pName") }
    if hasEnvironment { _ = try input.string("pEnvironment") }
    if hasLibrary { library = try input.string("pDLLName") }
  }
}

extension RPRN.NotificationRequest {
  /// Reads the stub of opnum 62 or 65.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    printer = try input.handle("hPrinter")
    _ = try input.u32("fdwFlags")
    _ = try input.u32("fdwOptions")
    localMachine = try input.uniqueString("pszLocalMachine")
  }
}
