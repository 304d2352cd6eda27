/// Arguments of the Service Control Manager's calls (MS-SCMR section 3.1.4).
///
/// Each comes in a form for UTF-16 and one for octets: `isWide` says which.
public enum SVCCTL {
  /// ROpenSCManagerW and ROpenSCManagerA, opnums 15 and 27.
  public struct OpenManagerRequest: Equatable, Sendable {
    public var machine: String?
    public var database: String?
    public var desiredAccess: UInt32
  }

  /// RCreateServiceW, RCreateServiceA, their WOW64 forms and RCreateWowService: opnums 12, 24, 45,
  /// 44 and 60.
  public struct CreateServiceRequest: Equatable, Sendable {
    public var name: String
    public var displayName: String?
    public var serviceKind: UInt32
    /// 0 boot, 1 system, 2 automatic, 3 on demand, 4 disabled.
    public var startKind: UInt32
    public var errorControl: UInt32
    public var binaryPath: String
    /// Whose account it runs in, where the request could be read so far; nil is LocalSystem.
    public var account: String?
  }

  /// RChangeServiceConfigW and RChangeServiceConfigA, opnums 11 and 23.
  public struct ChangeServiceRequest: Equatable, Sendable {
    public var service: GUID
    public var startKind: UInt32
    /// Nil leaves it as it is.
    public var binaryPath: String?
  }

  /// ROpenServiceW and ROpenServiceA, opnums 16 and 28.
  public struct OpenServiceRequest: Equatable, Sendable {
    public var name: String
    public var desiredAccess: UInt32
  }

  /// The answer of the calls that open or create: a handle and a status, behind a tag in the
  /// latter.
  public struct HandleResponse: Equatable, Sendable {
    public var handle: GUID
    public var status: UInt32
  }

  /// RStartServiceW, RStartServiceA and RDeleteService, opnums 19, 31 and 2: which service.
  public struct ServiceRequest: Equatable, Sendable {
    public var service: GUID
  }

  /// RControlService, opnum 1.
  public struct ControlRequest: Equatable, Sendable {
    public var service: GUID
    /// 1 stop, 2 pause, 3 continue, 4 interrogate.
    public var control: UInt32
  }
}

extension SVCCTL.OpenManagerRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader, isWide: Bool) throws(ParseFailure) {
    machine = try input.uniqueString(isWide: isWide, "lpMachineName")
    database = try input.uniqueString(isWide: isWide, "lpDatabaseName")
    desiredAccess = try input.u32("dwDesiredAccess")
  }
}

extension SVCCTL.CreateServiceRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader, isWide: Bool) throws(ParseFailure) {
    _ = try input.handle("hSCManager")
    name = try input.string(isWide: isWide, "lpServiceName")
    displayName = try input.uniqueString(isWide: isWide, "lpDisplayName")
    _ = try input.u32("dwDesiredAccess")
    serviceKind = try input.u32("dwServiceType")
    startKind = try input.u32("dwStartType")
    errorControl = try input.u32("dwErrorControl")
    binaryPath = try input.string(isWide: isWide, "lpBinaryPathName")
    do {
      account = try Self.account(&input, isWide: isWide)
    } catch {
      // The call is told by what came before; clients differ in what they send behind it.
      account = nil
    }
  }

  private static func account(
    _ input: inout NDRReader, isWide: Bool
  ) throws(ParseFailure) -> String? {
    _ = try input.uniqueString(isWide: isWide, "lpLoadOrderGroup")
    if try input.pointer("lpdwTagId") { _ = try input.u32("lpdwTagId") }
    if try input.pointer("lpDependencies") {
      let count = try input.elementCount(ofOctets: 1, "lpDependencies")
      try input.input.skip(count, "lpDependencies")
    }
    _ = try input.u32("dwDependSize")
    return try input.uniqueString(isWide: isWide, "lpServiceStartName")
  }
}

extension SVCCTL.ChangeServiceRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader, isWide: Bool) throws(ParseFailure) {
    service = try input.handle("hService")
    _ = try input.u32("dwServiceType")
    startKind = try input.u32("dwStartType")
    _ = try input.u32("dwErrorControl")
    binaryPath = try input.uniqueString(isWide: isWide, "lpBinaryPathName")
  }
}

extension SVCCTL.OpenServiceRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader, isWide: Bool) throws(ParseFailure) {
    _ = try input.handle("hSCManager")
    name = try input.string(isWide: isWide, "lpServiceName")
    desiredAccess = try input.u32("dwDesiredAccess")
  }
}

extension SVCCTL.HandleResponse {
  /// Reads the stub's last 24 octets.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    try input.input.skip(max(0, input.input.remaining - 24), "lpdwTagId")
    handle = try input.handle("lpServiceHandle")
    status = try input.u32("Status")
  }
}

extension SVCCTL.ServiceRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    service = try input.handle("hService")
  }
}

extension SVCCTL.ControlRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    service = try input.handle("hService")
    control = try input.u32("dwControl")
  }
}
