/// All detections, in the order of an attack: the list that everything else is made from.
public enum Detections {
  public static let all: [any Detection.Type] = [
    // Reconnaissance
    DNSReconnaissance.self,
    SMBSessionEnumeration.self,
    SAMRReconnaissance.self,
    AccountEnumeration.self,
    // Credential access
    BruteForce.self,
    Kerberoasting.self,
    ASREPRoasting.self,
    // Lateral movement
    PassTheTicket.self,
    SuspiciousServiceCreation.self,
    RemoteScheduledTask.self,
    RemoteManagementExecution.self,
    RemotePowerShell.self,
    AdminShareAndExecution.self,
    RemoteCodeExecution.self,
    EternalBlue.self,
    SMBPacketManipulation.self,
    DNSRemoteCodeExecution.self,
    PrintSpoolerExploitation.self,
    PassTheHash.self,
    OverpassTheHash.self,
    OverpassTheHashForcedEncryption.self,
    RogueCertificate.self,
    S4U2SelfAbuse.self,
    S4U2ProxyToDC.self,
    // Domain dominance
    DCSync.self,
    Zerologon.self,
    DCShadowPromotion.self,
    DCShadowReplication.self,
    SIDHistoryInjection.self,
    EventLogCleared.self,
    GoldenTicketForgedPAC.self,
    GoldenTicketEncryptionDowngrade.self,
    GoldenTicketNonexistentAccount.self,
    GoldenTicketRBCD.self,
    GoldenTicketTimeAnomaly.self,
    TicketNeverIssued.self,
    SkeletonKey.self,
    DelegationByNewComputer.self,
  ]

  /// The cards, in the same order.
  public static var cards: [Card] { all.map { $0.card } }
}
