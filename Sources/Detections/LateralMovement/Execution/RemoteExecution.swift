import Evidence

/// A call that makes another computer run something, whatever the interface.
struct RemoteExecution {
  enum Method: String, Hashable, Sendable {
    case service = "a service"
    case task = "a scheduled task"
    case management = "Windows Management Instrumentation"
    case object = "a DCOM object"
    case powershell = "PowerShell remoting"
  }

  var method: Method
  /// Whether it makes something new, rather than running what is there.
  var isNew: Bool
  /// What it runs, where that can be read.
  var command: String?
  /// The signs of abuse, in words.
  var signs: [String] = []

  /// RCreateServiceW, RCreateServiceA, RCreateServiceWOW64A, RCreateServiceWOW64W and
  /// RCreateWowService (MS-SCMR section 3.1.4).
  private static let creations: Set<UInt16> = [12, 24, 44, 45, 60]
  /// IWbemServices: PutInstance, ExecMethod, ExecMethodAsync (MS-WMI section 3.1.4.3).
  private static let methodCalls: Set<UInt16> = [24, 25]
  /// IDispatch Invoke (MS-OAUT section 3.1.4.4).
  private static let invoke: UInt16 = 6
  /// Windows remote management: its own ports, and the older one.
  static let remotePorts: Set<UInt16> = [5985, 5986, 47_001]

  init?(_ activity: borrowing Activity) {
    switch activity.detail {
    case .rpc(let call): self.init(call)
    case .ntlm(let logon) where logon.carrier == .http:
      self.init(session: activity)
    case .kerberosAP(let exchange) where exchange.carrier == .http:
      self.init(session: activity)
    default: return nil
    }
  }

  private init?(session activity: borrowing Activity) {
    guard Self.remotePorts.contains(activity.target.port), !activity.outcome.isFailure,
      let account = activity.account, !account.isAnonymous, !account.isMachine
    else { return nil }
    method = .powershell
    isNew = true
  }

  private init?(_ call: RPCCall) {
    switch call.interface {
    case .svcctl where Self.creations.contains(call.opnum):
      method = .service
      isNew = true
      guard case .service(let operation) = call.arguments else { return }
      command = operation.binaryPath
      let path = operation.binaryPath ?? ""
      signs = ServicePath(path).signs + ServicePath.signs(ofName: operation.name ?? "", path: path)
    case .taskScheduler where call.opnum == 1 || call.opnum == 12,
      .atsvc where call.opnum == 0, .sasec where call.opnum == 0 || call.opnum == 1:
      method = .task
      isNew = !(call.interface == .taskScheduler && call.opnum == 12)
      guard case .task(let operation) = call.arguments else { return }
      command = TaskText.command(of: operation)
      signs = TaskText.signs(of: operation)
    case .managementServices where Self.methodCalls.contains(call.opnum):
      method = .management
      isNew = true
      readManagement(call)
      if isHarmless { return nil }
    case .dispatch where call.opnum == Self.invoke:
      method = .object
      isNew = true
      readManagement(call)
    case .systemActivator, .activation:
      guard case .activation(let activation) = call.arguments,
        let name = activation.classID.flatMap({ ExecutionObjects.names[$0] })
      else { return nil }
      method = .object
      isNew = true
      signs = ["it makes an object that runs programs for its caller (\(name))"]
    default: return nil
    }
  }

  /// A method of a class that changes settings or reads: not execution.
  private var isHarmless: Bool {
    guard let object = command?.lowercased(), !object.isEmpty else { return false }
    return !["win32_process", "win32_scheduledjob", "win32_service", "win32_product"].contains {
      object.contains($0)
    }
  }

  private mutating func readManagement(_ call: RPCCall) {
    guard case .management(let operation) = call.arguments else { return }
    let parts = [operation.object, operation.text].compactMap { $0 }
    command = parts.isEmpty ? nil : parts.joined(separator: ".")
    let lower = (operation.text ?? "").lowercased()
    if ExecutionObjects.methods.contains(where: { lower.contains($0) }) {
      signs.append("it calls a method that runs a program (\(operation.text ?? ""))")
    }
  }
}

/// Objects of DCOM that run programs for who can make them.
enum ExecutionObjects {
  /// Class identifiers, as the registry of Windows has them.
  static let names: [RPCInterface: String] = [
    RPCInterface(high: 0x49b2_791a_b1ae_4c90, low: 0x9b8e_e860_ba07_f889): "MMC20.Application",
    RPCInterface(high: 0x9ba0_5972_f6a8_11cf, low: 0xa442_00a0_c90a_8f39): "ShellWindows",
    RPCInterface(high: 0xc08a_fd90_f2a1_11d1, low: 0x8455_00a0_c91f_3880): "ShellBrowserWindow",
    RPCInterface(high: 0x0002_4500_0000_0000, low: 0xc000_0000_0000_0046): "Excel.Application",
    RPCInterface(high: 0x0002_0812_0000_0000, low: 0xc000_0000_0000_0046): "Excel.Application",
    RPCInterface(high: 0x0006_f03a_0000_0000, low: 0xc000_0000_0000_0046): "Outlook.Application",
  ]
  /// Methods by which they do, in lower case.
  static let methods = [
    "executeshellcommand", "shellexecute", "registerxll", "ddeinitiate", "createobject",
  ]
}

/// What a task runs, out of its definition (MS-TSCH section 2.5).
enum TaskText {
  static func command(of operation: TaskOperation) -> String? {
    guard let definition = operation.definition else {
      // The AT service has the command itself.
      return operation.path.flatMap { $0.hasPrefix("\\") ? nil : $0 }
    }
    let program = element("Command", of: definition)
    let arguments = element("Arguments", of: definition)
    let parts = [program, arguments].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  private static func element(_ name: String, of text: String) -> String? {
    guard let start = text.firstOctets("<\(name)>") else { return nil }
    let octets = text.utf8.dropFirst(start + name.utf8.count + 2)
    let rest = Substring(octets.prefix { $0 != UInt8(ascii: "<") })
    return rest.isEmpty ? nil : String(rest)
  }

  static func signs(of operation: TaskOperation) -> [String] {
    let text = command(of: operation) ?? ""
    var found = text.isEmpty ? [] : ServicePath(text).signs
    let lower = text.lowercased()
    if lower.contains(">"), lower.contains("\\temp\\") || lower.contains("%temp%") {
      found.append("its output goes to a file for its maker to read")
    }
    let name = operation.path.map { String(Substring($0).afterLast("\\")) } ?? ""
    if ServicePath.isRandom(name) { found.append("its name looks random (\(name))") }
    return found
  }
}
