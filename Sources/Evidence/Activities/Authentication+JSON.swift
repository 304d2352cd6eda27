/// Kerberos and NTLM in the JSON of activities.
extension Ticket {
  func write(as name: String, to json: inout JSONWriter) {
    json.key(name)
    write(to: &json)
  }

  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("service", service)
    json.member("realm", realm)
    json.member("etype", Int(etype))
    json.member("kvno", kvno.map(Int.init))
    json.member("bytes", byteCount)
    json.key("fingerprint")
    json.value(String(fingerprint, radix: 16))
    json.endObject()
  }
}

extension KerberosASExchange {
  func write(to json: inout JSONWriter) {
    json.member("client", client)
    json.member("realm", realm)
    json.member("service", service)
    json.flags("options", options)
    json.member("etypes", etypes)
    json.member("padata", padata)
    json.member("preauthEtype", preauthEtype.map(Int.init))
    json.member("includesPAC", includesPAC)
    json.flags("pacOptions", pacOptions)
    json.member("nonce", nonce.map(Int64.init))
    validity.write(to: &json)
    json.member("hostAddresses", hostAddresses)
    certificates.first?.write(as: "certificate", to: &json)
    json.member("usesDiffieHellman", usesDiffieHellman)
    armor?.write(as: "armor", to: &json)
    json.member("offeredEtypes", offeredEtypes)
    json.member("salt", salt)
    json.member("answerPadata", answerPadata)
    json.flags("status", status)
    json.member("serverTime", serverTime)
    json.member("replyEtype", replyEtype.map(Int.init))
    issued?.write(as: "issued", to: &json)
  }
}

extension KerberosTGSExchange {
  func write(to json: inout JSONWriter) {
    json.member("realm", realm)
    json.member("service", service)
    json.flags("options", options)
    json.member("etypes", etypes)
    json.member("padata", padata)
    json.flags("pacOptions", pacOptions)
    json.member("nonce", nonce.map(Int64.init))
    validity.write(to: &json)
    json.member("authorizationData", hasAuthorizationData ? true : nil)
    json.member("keyList", keyList)
    json.member("hostAddresses", hostAddresses)
    json.member("onBehalfOf", onBehalfOf?.name)
    onBehalfOfCertificates.first?.write(as: "onBehalfOfCertificate", to: &json)
    presented?.write(as: "presented", to: &json)
    armor?.write(as: "armor", to: &json)
    if !additional.isEmpty {
      json.key("additional")
      json.beginArray()
      for ticket in additional { ticket.write(to: &json) }
      json.endArray()
    }
    json.member("answerPadata", answerPadata)
    json.flags("status", status)
    json.member("serverTime", serverTime)
    json.member("replyEtype", replyEtype.map(Int.init))
    issued?.write(as: "issued", to: &json)
  }
}

extension NTLMLogon {
  func write(to json: inout JSONWriter) {
    json.member("version", version.rawValue)
    json.member("carrier", carrier.rawValue)
    json.member("workstation", workstation.isEmpty ? nil : workstation)
    json.member("server", serverDNSName ?? serverName)
    json.member("targetSPN", targetSPN)
    json.flags("flags", flags)
    json.flags("offeredFlags", offeredFlags)
    json.flags("challengeFlags", challengeFlags)
    json.member("lmBytes", lmByteCount)
    json.member("ntBytes", ntByteCount)
    json.member("mic", hasMIC)
    json.flags("pairFlags", pairFlags)
    json.member("channelBindings", hasChannelBindings ? true : nil)
    json.member("pairOrder", pairOrder)
    json.member("payloadOrder", payloadOrder.isEmpty ? nil : payloadOrder)
    json.member("machineID", machineID)
    json.member("permanentMachineID", permanentMachineID)
    json.member("clientTime", clientTime)
    json.member("clientVersion", clientVersion)
    json.member("serverVersion", serverVersion)
    json.member("mechanisms", mechanisms)
  }
}

extension KerberosAPExchange {
  func write(to json: inout JSONWriter) {
    json.member("carrier", carrier.rawValue)
    json.flags("options", options)
    json.member("authenticatorEtype", Int(authenticatorEtype))
    if let authenticatorFingerprint {
      json.member("authenticator", String(authenticatorFingerprint, radix: 16))
    }
    json.member("mechanisms", mechanisms)
    ticket.write(as: "ticket", to: &json)
  }
}

extension RequestedValidity {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("from", from)
    json.member("till", till)
    json.member("renewTill", renewTill)
  }
}

extension JSONWriter {
  /// A number of 32 bits in hex, where there is one.
  fileprivate mutating func flags(_ name: String, _ value: UInt32?) {
    guard let value else { return }
    key(name)
    hex(UInt64(value), digits: 8)
  }
}
