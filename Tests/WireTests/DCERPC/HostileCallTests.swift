import Testing
import Wire

/// Every reader of arguments is shown every sample cut anywhere, and random octets: none may trap.
@Suite struct `Hostile arguments` {
  typealias Read = @Sendable (inout NDRReader) throws -> Void

  /// Hands a reader to each parser in turn.
  private static let readers: [Read] = [
    { _ = try TSCH.RegisterRequest(parsing: &$0) }, { _ = try TSCH.PathRequest(parsing: &$0) },
    { _ = try TSCH.JobAddRequest(parsing: &$0) }, { _ = try TSCH.JobRequest(parsing: &$0) },
    { _ = try WINREG.NameRequest(parsing: &$0) }, { _ = try WINREG.KeyRequest(parsing: &$0) },
    { _ = try WINREG.SetValueRequest(parsing: &$0) }, { _ = try WINREG.FileRequest(parsing: &$0) },
    { _ = try WINREG.LoadRequest(parsing: &$0) },
    { _ = try RemotePaths.EncryptedFileRequest(parsing: &$0, operation: 0) },
    { _ = try RemotePaths.EncryptedFileRequest(parsing: &$0, operation: 13) },
    { _ = try RemotePaths.EncryptedFileRequest(parsing: &$0, operation: 15) },
    { _ = try RemotePaths.NamespaceRequest(parsing: &$0, operation: 12) },
    { _ = try RemotePaths.NamespaceRequest(parsing: &$0, operation: 19) },
    { _ = try RemotePaths.ShadowCopyRequest(parsing: &$0, operation: 3) },
    { _ = try RPRN.OpenRequest(parsing: &$0) }, { _ = try RPRN.AddDriverRequest(parsing: &$0) },
    { _ = try RPRN.AddProcessorRequest(parsing: &$0) },
    { _ = try RPRN.AddMonitorRequest(parsing: &$0) },
    { _ = try RPRN.NotificationRequest(parsing: &$0) },
    { _ = try NRPC.ChallengeRequest(parsing: &$0) },
    { _ = try NRPC.AuthenticateRequest(parsing: &$0, hasFlags: true) },
    { _ = try NRPC.PasswordSetRequest(parsing: &$0) },
    { _ = try NRPC.LogonRequest(parsing: &$0, hasAuthenticators: true) },
    { _ = try NRPC.LogonRequest(parsing: &$0, hasAuthenticators: false) },
    { _ = try EventLogs.HandleRequest(parsing: &$0, isUnique: true) },
    { _ = try EventLogs.OpenRequest(parsing: &$0) },
    { _ = try EventLogs.ChannelRequest(parsing: &$0, isExport: true) },
    { _ = try DNSP.OperationRequest(parsing: &$0, isExtended: true) },
    { _ = try DNSP.NameRequest(parsing: &$0, isExtended: false) },
    { _ = try Certificates.ServerRequest(parsing: &$0) },
    { _ = try Certificates.BackupKeyRequest(parsing: &$0) },
    { _ = try DCOM.ActivationRequest(parsing: &$0) },
    { _ = try DCOM.CreateInstanceRequest(parsing: &$0, hasOuter: true) },
    { _ = try DCOM.QueryInterfaceRequest(parsing: &$0) },
    { _ = try WMI.TextRequest(parsing: &$0, hasSecond: true) },
    { _ = try WMI.TextRequest(parsingLogin: &$0) }, { _ = try WMI.NamesRequest(parsing: &$0) },
    { _ = try DRSUAPI.ReplicaRequest(parsing: &$0, operation: 5) },
    { _ = try DRSUAPI.NamesRequest(parsing: &$0, operation: 12) },
    { _ = try DRSUAPI.ObjectRequest(parsing: &$0, operation: 17) },
    { _ = try SAMR.CreateRequest(parsing: &$0, hasKind: true) },
    { _ = try SAMR.AliasMemberRequest(parsing: &$0) },
    { _ = try SAMR.ChangePasswordRequest(parsing: &$0, isWide: true) },
    { _ = try SAMR.RecoveryPasswordRequest(parsing: &$0) },
    { _ = try SRVSVC.ShareAddRequest(parsing: &$0) },
    { _ = try SRVSVC.NameRequest(parsing: &$0, isUnique: true) },
    { _ = try InitShutdown.ShutdownRequest(parsing: &$0) },
  ]

  private func show(_ stub: [UInt8]) -> Int {
    var refused = 0
    for read in Self.readers {
      for isNDR64 in [false, true] {
        var input = NDRReader(ByteReader(stub.span), isLittleEndian: true)
        input.isNDR64 = isNDR64
        do {
          try read(&input)
        } catch {
          refused += 1
        }
      }
    }
    return refused
  }

  @Test func `of no octets are refused by every reader`() {
    #expect(show([]) == 2 * Self.readers.count)
  }

  @Test func `cut anywhere never trap`() {
    for sample in Self.samples {
      let stub = sample.octets
      for count in 0..<stub.count { #expect(show(Array(stub.prefix(count))) > 0) }
    }
  }

  @Test func `at random never trap`() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<400 {
      var stub: [UInt8] = []
      for _ in 0..<160 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Small numbers are counts and pointers that lead far.
        let octet = UInt8(truncatingIfNeeded: state >> 56)
        stub.append(octet & 3 == 0 ? octet & 7 : octet & 3 == 1 ? octet : 0)
      }
      #expect(show(stub) >= 0)
    }
  }

  private static let samples = [
    "8a0a00000300000000000000030000005c0061000000abab0800000000000000"
      + "080000003c005400610073006b002f003e000000060000000000000000000000"
      + "0000000000000000",
    "00000000101112131415161718191a1b1c1d1e1f080008003ebf000004000000"
      + "0000000004000000520075006e000000010000000800000063006d0064000000"
      + "08000000",
    "07bd00000400000000000000040000005c005c00440000000300000000000000"
      + "0300000044002400000006000200000000000000020000004400000000000000"
      + "00000000ffff2f21",
    "00000000b1d80000030000000000000003000000430041000000bfbf00000000"
      + "4a000000c79500004a0000004300650072007400690066006900630061007400"
      + "6500540065006d0070006c006100740065003a0055007300650072000a005300",
    "fd4100000400000000000000040000005c005c00640000000200000002000000"
      + "d8eb00000300000093d600007cd100000b1e0000b60600006dd1000002000000"
      + "00000000020000004e0000000400000000000000040000007800360034000000",
    "4c9300000400000000000000040000005c005c00730000000200000002000000"
      + "648b0000751700000000000001550000000000000100000000000000e90a0000"
      + "0000000002000000000000000200000053000000020000000000000002000000",
    "00000000101112131415161718191a1b1c1d1e1f010000000100000000000000"
      + "00000000000000000200000001000000010000000013000001000000e9580000"
      + "04000000000000000400000041005c0062000000",
    "0500070001000000000000000101010101010101010101010101010100000000"
      + "02020202020202020202020202020202010000000100cece0100000099dc5695"
      + "8c82cf11a37e00aa003240c7",
    "0500070001000000000000000101010101010101010101010101010100000000"
      + "a55a00000d0000001a0000000d000000570069006e00330032005f0050007200"
      + "6f006300650073007300aaaa391d0000060000000c0000000600000043007200",
    "000000000a1b0000020000000000000002000000570000000200020061f40000"
      + "04000400d25700000000000000000000000000000600060068f4000004000400"
      + "e51d0000000000000000000001000100ff00000001000100ff00000002000000",
  ]
}
