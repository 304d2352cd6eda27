import Evidence
import Wire

extension RPCMemory {
  /// An interface whose arguments are read; told once, when it is bound.
  enum Kind {
    case samr, lsarpc, srvsvc, wkssvc, svcctl, epmapper, drsuapi, netlogon, bkrp, certificates
    case taskScheduler, atsvc, sasec, winreg, eventlog, eventService, spoolss, winspool, efsrpc
    case netdfs, shadowCopy, dnsserver, initShutdown
    case activation, systemActivator, remoteUnknown, managementLogin, managementServices, dispatch

    /// Nil for an interface whose arguments stay unread.
    init?(_ interface: GUID) {
      let id = RPCInterface(high: interface.high, low: interface.low)
      guard let row = Self.all.first(where: { $0.interface == id }) else { return nil }
      self = row.kind
    }

    private static let all: [(interface: RPCInterface, kind: Kind)] = [
      (.samr, .samr), (.lsarpc, .lsarpc), (.srvsvc, .srvsvc), (.wkssvc, .wkssvc),
      (.svcctl, .svcctl), (.epmapper, .epmapper), (.drsuapi, .drsuapi), (.netlogon, .netlogon),
      (.bkrp, .bkrp), (.certificates, .certificates), (.taskScheduler, .taskScheduler),
      (.atsvc, .atsvc), (.sasec, .sasec), (.winreg, .winreg), (.eventlog, .eventlog),
      (.eventService, .eventService), (.spoolss, .spoolss), (.winspool, .winspool),
      (.efsrpc, .efsrpc), (.efsrpcOverLSA, .efsrpc), (.netdfs, .netdfs),
      (.shadowCopy, .shadowCopy), (.dnsserver, .dnsserver), (.initShutdown, .initShutdown),
      (.activation, .activation), (.systemActivator, .systemActivator),
      (.remoteUnknown, .remoteUnknown), (.remoteUnknown2, .remoteUnknown),
      (.managementLogin, .managementLogin), (.managementServices, .managementServices),
      (.dispatch, .dispatch),
    ]
  }
}
