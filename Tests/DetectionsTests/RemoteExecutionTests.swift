import Evidence
import Testing

@testable import Detections

private let server = Address(ipv4: 0x0A00_0550)

extension Activity.Detail {
  /// SchRpcRegisterTask, or another call of the task scheduler.
  static func task(
    _ opnum: UInt16, _ action: TaskOperation.Action, _ path: String?, _ definition: String? = nil
  ) -> Activity.Detail {
    .rpc(
      .taskScheduler, opnum, pipe: "atsvc",
      .task(TaskOperation(action: action, path: path, definition: definition)))
  }

  static func shareFile(_ action: SMBFile.Action, _ tree: String, _ path: String) -> Activity.Detail
  {
    .smbFile(SMBFile(action: action, tree: tree, path: path))
  }

  /// RCreateServiceW.
  static func service(_ name: String, _ path: String) -> Activity.Detail {
    .rpc(
      .svcctl, 12, pipe: "svcctl",
      .service(ServiceOperation(action: .create, name: name, binaryPath: path)))
  }

  /// IWbemServices ExecMethod, sealed.
  static let sealedMethod = Activity.Detail.rpc(.managementServices, 24, level: 6)
}

@Suite struct `Remote scheduled tasks` {
  private func definition(_ program: String, _ arguments: String) -> String {
    "<Exec><Command>\(program)</Command><Arguments>\(arguments)</Arguments></Exec>"
  }

  @Test func `fires on a task that runs a shell and is removed at once`() throws {
    var traffic = Traffic([RemoteScheduledTask.self])
    let text = definition("cmd.exe", "/C whoami > %windir%\\Temp\\qRtZbWnX.tmp 2>&1")
    traffic.see(.task(1, .register, "\\qRtZbWnX", text), as: .mallory)
    traffic.see(.task(12, .run, "\\qRtZbWnX"), as: .mallory)
    traffic.wait(.seconds(5))
    traffic.see(.task(13, .delete, "\\qRtZbWnX"), as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .high)
    #expect(alert.sources.map(\.address) == [Traffic.attacker])
    #expect(alert.accounts.map(\.name) == ["mallory"])
    #expect(alert.explanation.contains("cmd.exe"))
  }

  @Test func `is silent on its twin, which is low: a task that stays and runs a program`() {
    var traffic = Traffic([RemoteScheduledTask.self])
    let text = definition("C:\\Program Files\\Backup\\backup.exe", "/daily")
    traffic.see(.task(1, .register, "\\Backup\\Daily", text), as: .mallory)
    traffic.wait(.minutes(2))
    traffic.see(.task(13, .delete, "\\Backup\\Daily"), as: .mallory)
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `decides on sealed calls by their order, and not on running what is there`() {
    var traffic = Traffic([RemoteScheduledTask.self])
    traffic.see(.rpc(.taskScheduler, 12, level: 6))
    traffic.see(.rpc(.taskScheduler, 2, level: 6))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.rpc(.taskScheduler, 1, level: 6))
    #expect(traffic.alert?.severity == .low)
    traffic.see(.rpc(.taskScheduler, 13, level: 6))
    #expect(traffic.alert?.severity == .medium)
  }
}

@Suite struct `Remote execution through WMI and DCOM` {
  @Test func `fires on output that is read back from an administrative share`() throws {
    var traffic = Traffic([RemoteManagementExecution.self])
    traffic.see(.sealedMethod, to: server, as: .mallory)
    #expect(traffic.alert?.severity == .low)
    traffic.see(.shareFile(.open, "\\\\FS1\\ADMIN$", "__1700000001.25"), to: server, as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .medium)
    #expect(alert.explanation.contains("__1700000001.25"))
  }

  @Test func `fires on an object that runs programs`() {
    var traffic = Traffic([RemoteManagementExecution.self])
    let shell = RPCInterface(high: 0x9ba0_5972_f6a8_11cf, low: 0xa442_00a0_c90a_8f39)
    traffic.see(
      .rpc(
        .systemActivator, 4, .activation(ObjectActivation(classID: shell, interfaces: []))),
      to: server)
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on its twin: inventory by queries and settings`() {
    var traffic = Traffic([RemoteManagementExecution.self])
    traffic.see(.rpc(.managementServices, 20, level: 6), to: server)
    traffic.see(
      .rpc(
        .managementServices, 24,
        .management(ManagementOperation(action: .execute, object: "StdRegProv", text: "EnumKey"))),
      to: server)
    traffic.see(
      .rpc(
        .systemActivator, 4,
        .activation(ObjectActivation(classID: ObjectActivation.management, interfaces: []))),
      to: server)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is one low alert of a computer that manages many`() {
    var traffic = Traffic([RemoteManagementExecution.self])
    for host in 1...UInt32(20) { traffic.see(.sealedMethod, to: Address(ipv4: 0x0A00_0600 + host)) }
    #expect(traffic.alert?.severity == .low)
    #expect(traffic.alert?.targets.count == 20)
  }

  @Test func `forgets a call after a minute: other files are not its output`() {
    var traffic = Traffic([RemoteManagementExecution.self])
    traffic.see(.sealedMethod, to: server)
    traffic.see(.shareFile(.open, "\\\\FS1\\ADMIN$", "__init__.py"), to: server)
    traffic.wait(.seconds(61))
    traffic.see(.shareFile(.open, "\\\\FS1\\ADMIN$", "__1700000001.25"), to: server)
    #expect(traffic.alert?.severity == .low)
  }
}

@Suite struct `PowerShell remoting` {
  private func session(_ user: String) -> Activity.Detail {
    .ntlm(
      NTLMLogon(
        user: user, domain: "ALPINE", workstation: "WS03", version: .v2, flags: 0,
        carrier: .http))
  }

  @Test func `fires on a person's session, low, once an hour`() {
    var traffic = Traffic([RemotePowerShell.self])
    traffic.port = 5985
    for _ in 0..<3 { traffic.see(session("mallory"), to: server, as: .mallory) }
    #expect(traffic.alert?.severity == .low)
    #expect(traffic.alert?.count == 1)
  }

  @Test func `is medium where a tool spoke from the same computer`() {
    var traffic = Traffic([RemotePowerShell.self])
    traffic.port = 5985
    traffic.knowledge.hosts.note(.impacket, at: Traffic.attacker, traffic.time)
    traffic.see(session("mallory"), to: server, as: .mallory)
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on its twins: forwarded events, refusals, other web servers`() {
    var traffic = Traffic([RemotePowerShell.self])
    traffic.see(session("mallory"), to: server, as: .mallory)
    traffic.port = 5985
    traffic.see(session("WS03$"), to: server, as: AccountName(name: "WS03$", domain: ""))
    traffic.see(session("mallory"), to: server, as: .mallory, .failure(code: 0xC000_006D))
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Administrative share and execution` {
  @Test func `fires on a program written and run`() throws {
    var traffic = Traffic([AdminShareAndExecution.self])
    traffic.see(.shareFile(.write, "\\\\FS1\\ADMIN$", "Temp\\run.exe"), to: server, as: .mallory)
    traffic.wait(.minutes(9))
    traffic.see(.service("upd", "%systemroot%\\Temp\\run.exe"), to: server, as: .mallory)
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .high)
    #expect(alert.evidence.map(\.packets) == [[1, 2], [3, 4]])
  }

  @Test func `is medium where what runs is sealed`() {
    var traffic = Traffic([AdminShareAndExecution.self])
    traffic.see(.shareFile(.create, "\\\\FS1\\C$", "x.bat"), to: server)
    traffic.see(.sealedMethod, to: server)
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on its twins: another program, a document, another target, distribution`() {
    var traffic = Traffic([AdminShareAndExecution.self])
    traffic.see(.shareFile(.write, "\\\\FS1\\C$", "tools\\viewer.exe"), to: server)
    traffic.see(.service("backup", "C:\\Program Files\\Backup\\agent.exe"), to: server)
    traffic.see(.shareFile(.write, "\\\\FS1\\C$", "notes.txt"), to: Traffic.client)
    traffic.see(.sealedMethod, to: Traffic.client)
    traffic.see(.shareFile(.write, "\\\\FS2\\ADMIN$", "ccmsetup\\ccmsetup.exe"))
    traffic.see(.service("ccmsetup", "C:\\Windows\\ccmsetup\\ccmsetup.exe"))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `forgets what was written after ten minutes`() {
    var traffic = Traffic([AdminShareAndExecution.self])
    traffic.see(.shareFile(.write, "\\\\FS1\\ADMIN$", "run.exe"), to: server)
    traffic.wait(.seconds(601))
    traffic.see(.service("upd", "%systemroot%\\run.exe"), to: server)
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Remote code execution` {
  @Test func `fires on two ways with a sign of abuse`() {
    var traffic = Traffic([RemoteCodeExecution.self])
    traffic.see(.service("a", "%COMSPEC% /Q /c echo whoami"), to: server, as: .mallory)
    traffic.wait(.minutes(5))
    traffic.see(.sealedMethod, to: server, as: .mallory)
    #expect(traffic.alert?.severity == .medium)
    #expect(traffic.alert?.evidence.count == 2)
  }

  @Test func `is silent on its twin: a console that uses two interfaces`() {
    var traffic = Traffic([RemoteCodeExecution.self])
    traffic.see(.service("agent", "C:\\Program Files\\Agent\\agent.exe"), to: server)
    traffic.see(.sealedMethod, to: server)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `forgets the first way after ten minutes`() {
    var traffic = Traffic([RemoteCodeExecution.self])
    traffic.see(.service("a", "%COMSPEC% /Q /c echo whoami"), to: server)
    traffic.wait(.seconds(601))
    traffic.see(.sealedMethod, to: server)
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Exploits on the wire` {
  private func anomaly(_ kind: SMBAnomaly.Kind, _ value: UInt64 = 65) -> Activity.Detail {
    .smbAnomaly(SMBAnomaly(kind: kind, value: value))
  }

  @Test(arguments: [
    SMBAnomaly.Kind.reservedTransaction, .implantAnswer, .mixedTransaction,
  ])
  func `fires as EternalBlue on transactions of SMB1`(_ kind: SMBAnomaly.Kind) {
    var traffic = Traffic([EternalBlue.self, SMBPacketManipulation.self])
    traffic.see(anomaly(kind), .unknown)
    #expect(traffic.alert?.detection == "eternalblue")
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `fires as packet manipulation on lengths of compression`() {
    var traffic = Traffic([EternalBlue.self, SMBPacketManipulation.self])
    traffic.see(anomaly(.compressedLength, 0xFFFF_FFFF), .unknown)
    #expect(traffic.alert?.detection == "smb-packet-manipulation")
  }

  @Test func `fires on a signature longer than a record, from who answered`() {
    var traffic = Traffic([DNSRemoteCodeExecution.self])
    var lookup = DNSLookup(name: "a.evil.test", type: 24, answers: [], isAuthoritative: true)
    lookup.signatureByteCount = 65_536
    traffic.see(.dns(lookup), from: Traffic.controller, to: Traffic.attacker)
    #expect(traffic.alert?.sources.map(\.address) == [Traffic.attacker])
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is silent on its twins: signatures as zones have them`() {
    var traffic = Traffic([DNSRemoteCodeExecution.self])
    var lookup = DNSLookup(name: "a.org", type: 46, answers: [], isAuthoritative: true)
    lookup.signatureByteCount = 65_535
    traffic.see(.dns(lookup))
    traffic.see(.question("a.org"))
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Exploits of the print spooler` {
  private func addition(_ files: [String], level: UInt8 = 0) -> Activity.Detail {
    .rpc(
      .spoolss, 89, pipe: "spoolss", level: level,
      level == 6
        ? .unread : .spooler(PrintOperation(action: .addDriver, server: nil, files: files)))
  }

  @Test func `fires on a library of another computer`() {
    var traffic = Traffic([PrintSpoolerExploitation.self])
    traffic.see(addition(["\\\\10.0.5.66\\share\\evil.dll"]), to: server, as: .mallory)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `fires on a controller, and sealed without an upload`() {
    var traffic = Traffic([PrintSpoolerExploitation.self])
    traffic.see(addition([], level: 6))
    #expect(traffic.alert?.severity == .high)
    traffic.see(addition([], level: 6), to: server)
    #expect(traffic.alerts.map(\.severity).sorted() == [.medium, .high])
  }

  @Test func `is silent on its twin, which is low: a driver uploaded first`() {
    var traffic = Traffic([PrintSpoolerExploitation.self])
    traffic.see(.shareFile(.write, "\\\\PRINT1\\print$", "x64\\driver.dll"), to: server)
    traffic.see(addition([], level: 6), to: server)
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `is high once the server connects back`() {
    var traffic = Traffic([PrintSpoolerExploitation.self])
    traffic.see(.rpc(.winspool, 39, level: 6), to: server)
    #expect(traffic.alert?.severity == .low)
    traffic.see(.smbTree(SMBTree(path: "\\\\10.0.5.66\\s")), from: server, to: Traffic.attacker)
    #expect(traffic.alert?.severity == .high)
  }
}
