import Evidence

/// What was read, what was sealed and what was lost, in lines for people.
struct CoverageText {
  private let coverage: Coverage

  init(_ coverage: Coverage) { self.coverage = coverage }

  var lines: [String] {
    let read: [(Coverage.Counter, String)] = [
      (.kerberosMessages, "Kerberos"), (.ntlmMessages, "NTLM"), (.dnsMessages, "DNS"),
      (.nbnsMessages, "NBNS"), (.rpcMessages, "DCE/RPC"), (.smbMessages, "SMB"),
      (.ldapMessages, "LDAP"),
    ]
    let sealed: [(Coverage.Counter, String)] = [
      (.ldapSealed, "LDAP buffers"), (.smbEncrypted, "SMB messages"), (.rpcSealed, "RPC calls"),
    ]
    let lost: [(Coverage.Counter, String)] = [
      (.droppedByKernel, "packets dropped by the kernel"),
      (.droppedByInterface, "by the interface"), (.droppedBySensor, "by the sensor"),
      (.gaps, "gaps in streams"), (.gapBytes, "octets in them"), (.cutPackets, "cut packets"),
      (.evictions, "entries for want of room"), (.unkeptProofs, "packets of alerts"),
    ]
    let odd: [(Coverage.Counter, String)] = [
      (.undecoded, "messages not understood"), (.unanswered, "requests without an answer"),
      (.badChecksums, "wrong checksums"), (.fragments, "fragments"),
      (.timeReversals, "steps back in time"), (.undecodedPackets, "packets of other protocols"),
    ]
    return [
      ("read", messages(read)), ("sealed", counts(sealed, none: "nothing")),
      ("lost", counts(lost, none: "nothing")), ("noted", counts(odd, none: "nothing")),
    ].map { name, text in
      name + String(repeating: " ", count: 10 - name.count) + text
    }
  }

  private func messages(_ counters: [(Coverage.Counter, String)]) -> String {
    let parts = counters.filter { coverage[$0.0] > 0 }.map { counter, name in
      "\(name) \(Quantity.count(coverage[counter]))"
    }
    return parts.isEmpty ? "no message" : parts.joined(separator: ", ") + " messages"
  }

  private func counts(_ counters: [(Coverage.Counter, String)], none: String) -> String {
    let parts = counters.filter { coverage[$0.0] > 0 }.map { counter, words in
      "\(Quantity.count(coverage[counter])) \(words)"
    }
    return parts.isEmpty ? none : parts.joined(separator: ", ")
  }
}
