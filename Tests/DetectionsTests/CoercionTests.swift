import Evidence
import Testing

@testable import Detections

@Suite struct `Coerced logons` {
  private static let server = Address(ipv4: 0x0A00_0514)

  private static func path(
    _ interface: RPCInterface, _ opnum: UInt16, _ path: String, other: String? = nil
  ) -> Activity.Detail {
    .rpc(interface, opnum, .remotePath(RemotePath(path: path, other: other)))
  }

  private static func notify(_ machine: String, printer: String) -> Activity.Detail {
    .rpc(
      .spoolss, 65, pipe: "spoolss",
      .spooler(PrintOperation(action: .notify, server: printer, name: machine)))
  }

  @Test(arguments: [
    ("\\\\10.0.5.66\\share\\f", true), ("\\??\\UNC\\evil\\share\\f", true),
    ("\\\\dc1.alpine.test\\share\\f", false), ("\\\\DC1\\share\\f", false),
    ("C:\\secret.txt", false),
  ])
  func `coercion-efsr fires on another host's path, silent on its twin: the server's own`(
    _ path: String, _ isCoercion: Bool
  ) {
    var traffic = Traffic([CoercionEFSR.self])
    traffic.see(.tree("\\\\dc1.alpine.test\\IPC$"))
    traffic.see(Self.path(.efsrpcOverLSA, 4, path), as: .mallory)
    #expect(traffic.alerts.map(\.detection) == (isCoercion ? ["coercion-efsr"] : []))
    #expect(traffic.alerts.allSatisfy { $0.severity == .high })
  }

  @Test func `coercion-efsr edges: sealed calls count at controllers, or with a logon after`() {
    var traffic = Traffic([CoercionEFSR.self])
    traffic.see(.rpc(.efsrpc, 4, level: 6), to: Self.server)
    #expect(traffic.alerts.isEmpty)
    traffic.see(.session, from: Self.server, to: Traffic.attacker, .logonFailure)
    #expect(traffic.alert?.severity == .high)
    #expect(traffic.alert?.sources.map(\.address) == [Traffic.attacker])
    traffic.wait(.seconds(30))
    traffic.see(.rpc(.efsrpc, 4, level: 6), from: Traffic.client)
    #expect(traffic.alerts.map(\.severity) == [.high, .medium])
  }

  @Test func `coercion-efsr edges: a logon eleven seconds later is another matter`() {
    var traffic = Traffic([CoercionEFSR.self])
    traffic.see(.rpc(.efsrpc, 4, level: 6), to: Self.server)
    traffic.wait(.seconds(11))
    traffic.see(.session, from: Self.server, to: Traffic.attacker, .logonFailure)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `coercion-dfsnm fires on a root at another server`() {
    var traffic = Traffic([CoercionDFSNM.self])
    traffic.see(Self.path(.netdfs, 13, "10.0.5.66", other: "share"))
    #expect(traffic.alert?.detection == "coercion-dfsnm")
  }

  @Test func `coercion-dfsnm silent on its twin: an administrator's root and link`() {
    var traffic = Traffic([CoercionDFSNM.self])
    traffic.see(.tree("\\\\FS1\\IPC$"), to: Self.server)
    traffic.see(Self.path(.netdfs, 12, "FS1", other: "public"), to: Self.server)
    traffic.see(
      Self.path(.netdfs, 1, "\\\\alpine.test\\public\\x", other: "FS2"), to: Self.server)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `coercion-rprn fires on a server's handle and a logon that is refused`() {
    var traffic = Traffic([CoercionRPRN.self])
    traffic.see(.session, from: Self.server, to: Traffic.attacker, .logonFailure)
    traffic.see(Self.notify("\\\\10.0.5.66", printer: "\\\\print1"), to: Self.server)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `coercion-rprn silent on its twin: a client of a printer`() {
    var traffic = Traffic([CoercionRPRN.self])
    traffic.see(Self.notify("\\\\10.0.5.66", printer: "\\\\print1\\laser"), to: Self.server)
    traffic.see(.session, from: Self.server, to: Traffic.attacker)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `coercion-rprn edges: another host's name is no client's, a console's call is low`() {
    var traffic = Traffic([CoercionRPRN.self])
    traffic.see(Self.notify("\\\\10.0.5.99", printer: "\\\\print1"), to: Self.server)
    #expect(traffic.alert?.severity == .high)
    traffic.wait(.seconds(30))
    traffic.see(
      Self.notify("\\\\10.0.5.33", printer: "\\\\print1"), from: Traffic.client, to: Self.server)
    traffic.see(.session, from: Self.server, to: Traffic.client)
    #expect(traffic.alerts.last?.severity == .low)
  }

  @Test func `coercion-fsrvp fires on another host's share, silent on its twin`() {
    var traffic = Traffic([CoercionFSRVP.self])
    traffic.see(.tree("\\\\FS1\\IPC$"), to: Self.server)
    traffic.see(Self.path(.shadowCopy, 8, "\\\\FS1\\data\\"), to: Self.server)
    #expect(traffic.alerts.isEmpty)
    traffic.see(Self.path(.shadowCopy, 8, "\\\\evil\\x\\"), to: Self.server)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `coercion-even fires on a log elsewhere, silent on its twin: a log here`() {
    var traffic = Traffic([CoercionEVEN.self])
    func open(_ file: String) -> Activity.Detail {
      .rpc(
        .eventlog, 9, .eventLog(EventLogOperation(action: .openBackup, log: nil, file: file)))
    }
    traffic.see(open("\\??\\C:\\logs\\old.evt"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(open("\\??\\UNC\\10.0.5.66\\x\\y"))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `coercion-other fires on a controller that is refused by its caller`() {
    var traffic = Traffic([CoercionOther.self])
    traffic.see(.rpc(.winspool, 58, level: 6))
    traffic.see(.session, from: Traffic.controller, to: Traffic.attacker, .logonFailure)
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `coercion-other silent on its twin: a controller that is let in`() {
    var traffic = Traffic([CoercionOther.self])
    traffic.see(.rpc(.srvsvc, 21))
    traffic.see(.session, from: Traffic.controller, to: Traffic.attacker)
    traffic.see(.rpc(.srvsvc, 21), to: Self.server)
    traffic.see(.session, from: Self.server, to: Traffic.attacker, .logonFailure)
    #expect(traffic.alerts.isEmpty)
  }
}
