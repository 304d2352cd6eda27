import Evidence

/// What both detections of DCShadow ask.
enum DCShadow {
  /// The service class of directory replication: only controllers' accounts have such a name
  /// (MS-DRSR section 2.2.3.2).
  static let replicationClass = "e3514235-4b06-11d1-ab04-00c04fc2dcd2/"

  /// Whether a host has shown nothing of a controller.
  static func isStranger(
    _ address: Address, _ moment: Instant, _ knowledge: borrowing Knowledge
  ) -> Bool { !knowledge.isControllerHost(address, at: moment) }
}
