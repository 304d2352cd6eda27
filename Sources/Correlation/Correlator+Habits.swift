import Evidence

/// What hosts and accounts are seen to do, for detections that compare with it.
extension Correlator {
  mutating func learnHabits(_ exchange: KerberosASExchange, _ activity: borrowing Activity) {
    let address = activity.source.address
    if let tool = exchange.tool { knowledge.hosts.note(tool, at: address, activity.time) }
    let key = AccountName(name: exchange.client, domain: "").key
    if exchange.offeredEtypes.contains(where: \.isStrongEtype)
      || exchange.replyEtype?.isStrongEtype == true
    {
      knowledge.accounts.change(key) { $0.strongOffer = activity.time }
    }
    guard activity.outcome == .success, exchange.issued != nil else { return }
    // A whole list, as a system's own client sends it: tools ask for one type.
    if exchange.tool == nil, exchange.etypes.count > 1,
      exchange.etypes.contains(where: \.isStrongEtype)
    {
      knowledge.hosts.noteStrongLogon(at: address, activity.time)
    }
    guard key.utf8.last != UInt8(ascii: "$") else { return }
    knowledge.hosts.note(person: key, at: address)
    knowledge.accounts.change(key) {
      $0.home = address
      $0.homeTime = activity.time
    }
  }

  mutating func learnHabits(_ logon: NTLMLogon, _ activity: borrowing Activity) {
    let address = activity.source.address
    if let tool = logon.tool { knowledge.hosts.note(tool, at: address, activity.time) }
    guard activity.outcome == .success, !logon.user.isEmpty else { return }
    let key = AccountName(name: logon.user, domain: "").key
    if key.utf8.last != UInt8(ascii: "$") { knowledge.hosts.note(person: key, at: address) }
  }

  /// SamrCreateUser2InDomain: an account that is new (MS-SAMR section 3.1.5.4.4).
  mutating func learnCreation(_ call: RPCCall, _ activity: borrowing Activity) {
    guard case .samrChange(let change) = call.arguments, change.action == .createUser,
      let name = change.name, activity.outcome == .success, (call.status ?? 0) == 0
    else { return }
    noteCreation(AccountName(name: name, domain: "").key, activity)
  }

  mutating func learnCreation(_ change: LDAPChange, _ activity: borrowing Activity) {
    guard change.operation == .add, activity.outcome == .success,
      let name = change.values.first(where: {
        $0.attribute.lowercased() == "samaccountname"
      })?.text
    else { return }
    noteCreation(AccountName(name: name, domain: "").key, activity)
  }

  private mutating func noteCreation(_ key: String, _ activity: borrowing Activity) {
    let time = activity.time
    let account = activity.account
    let address = activity.source.address
    knowledge.accounts.change(key) {
      $0.created = time
      $0.creator = account
      $0.creatorAddress = address
    }
  }
}
