public import Evidence

/// Somebody who is no controller writes the objects that make one.
public struct DCShadowPromotion: Detection {
  public static let card = Card(
    slug: "dcshadow-promotion",
    title: "Suspected DCShadow attack (domain controller promotion)", severity: .high,
    phase: .domainDominance, techniques: ["T1207"], aliases: ["2028"],
    kinds: [.rpc, .ldapChange],
    meaning: "A computer that is written into the configuration as a controller may push changes "
      + "that no log tells of. Mimikatz does it for some minutes and takes the objects away again.",
    needs: "LDAP that is not sealed, or DRSAddEntry, whose operation number stays readable.",
    blindSpots: ["Sealed LDAP"],
    lookalikes: ["A server that is really promoted: it goes on as a controller"],
    nextSteps: [
      "Find out whether the source is being promoted",
      "If not: remove the objects, and review what was replicated from it",
    ],
    identity: [.source])

  /// DRSAddEntry (MS-DRSR section 4.1.1).
  private static let addEntry: UInt16 = 17

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard let what = Self.deed(activity), activity.source.address != activity.target.address,
      DCShadow.isStranger(activity.source.address, activity.time, knowledge)
    else { return }
    let scene = Scene(activity, knowledge)
    let isRefused = activity.outcome.isFailure
    findings.append(
      scene.finding(
        isRefused ? .medium : .high, 0.9 * scene.source.trust,
        "\(scene.actor) \(what) at \(scene.target.name)\(isRefused ? ", and was refused" : ""). "
          + "Only a server that becomes a domain controller does so.",
        what))
  }

  private static func deed(_ activity: borrowing Activity) -> String? {
    switch activity.detail {
    case .rpc(let call) where call.interface == .drsuapi && call.opnum == addEntry:
      return "added objects by replication (DRSAddEntry)"
    case .ldapChange(let change): return deed(change)
    default: return nil
    }
  }

  private static func deed(_ change: LDAPChange) -> String? {
    let object = change.object.lowercased()
    let isSites = object.hasOctets(",cn=sites,cn=configuration,")
    if change.operation == .add, isSites {
      if object.hasPrefix("cn=ntds settings,")
        || change.has("objectclass", where: { $0 == "ntdsdsa" || $0 == "server" })
      {
        return "added \(change.object), an object of a domain controller,"
      }
    }
    let isSPN = change.values.contains { value in
      value.attribute.lowercased() == "serviceprincipalname" && value.action != .delete
        && value.text?.lowercased().hasPrefix(DCShadow.replicationClass) == true
    }
    return isSPN ? "gave \(change.object) the service name of directory replication" : nil
  }
}

extension LDAPChange {
  /// Whether a change gives an attribute a value, in lower case, that a condition holds for.
  func has(_ attribute: String, where condition: (String) -> Bool) -> Bool {
    values.contains { value in
      value.attribute.lowercased() == attribute && value.action != .delete
        && (value.text.map { condition($0.lowercased()) } ?? false)
    }
  }

  /// Whether a change gives an attribute any value.
  func sets(_ attribute: String) -> Bool {
    values.contains { $0.attribute.lowercased() == attribute && $0.action != .delete }
      || (values.isEmpty && attributes.contains { $0.lowercased() == attribute })
  }
}
