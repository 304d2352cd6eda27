import Foundation
import Testing

/// What each side contributes, and how it is labelled.
@Suite struct `Contributions of both sides` {
  @Test func `R33: Kerberos, DNS, RPC, NTLM, LDAP and SMB each yield activities`() throws {
    try Program.within { program in
      let kinds = Set(try program.activities().compactMap { $0["kind"] as? String })
      for family in ["kerberos", "dns", "rpc", "ntlm", "ldap", "smb"] {
        #expect(kinds.contains { $0.hasPrefix(family) }, "\(family) in \(kinds.sorted())")
      }
    }
  }

  @Test func `R34: every activity says what it is for`() throws {
    try Program.within { program in
      let purposes = Set(try program.activities().map { $0["purpose"] as? String ?? "none" })
      #expect(purposes == ["authentication", "authorization", "information"])
    }
  }

  @Test func `R37: every alert and every detection carries recommended responses`() throws {
    try Program.within { program in
      try program.makeJoined()
      for line in try program.run("alerts", "--json").outputLines {
        let steps = try program.object(String(line))["nextSteps"] as? [String] ?? []
        #expect(!steps.isEmpty, "\(line.prefix(80))")
      }
      for line in try program.run("detections", "--json").outputLines {
        let steps = try program.object(String(line))["nextSteps"] as? [String] ?? []
        #expect(steps.allSatisfy { $0.count > 10 } && !steps.isEmpty, "\(line.prefix(80))")
      }
    }
  }

  @Test func `R40: each detection has one phase, and alerts are filtered by it`() throws {
    try Program.within { program in
      try program.makeJoined()
      let known = [
        "reconnaissance", "credential-access", "lateral-movement", "domain-dominance",
        "exfiltration", "hygiene",
      ]
      let cards = try program.run("detections", "--json").outputLines
      for line in cards {
        let phase = try program.object(String(line))["phase"] as? String ?? ""
        #expect(known.contains(phase), "\(line.prefix(80))")
      }
      let all = try program.run("alerts", "--json").outputLines
      var filtered: [Substring] = []
      for phase in known {
        let some = try program.run("alerts", "--json", "--phase", phase).outputLines
        #expect(some.allSatisfy { $0.contains("\"phase\":\"\(phase)\"") })
        filtered += some
      }
      #expect(Set(filtered) == Set(all) && filtered.count == all.count)
      #expect(try program.run("alerts", "--phase", "nonsense").code == 2)
    }
  }

  @Test(arguments: [
    ("WindowsDefenderAtp", "endpoint-detection-and-response"),
    ("WindowsDefenderAv", "next-generation-protection"),
    ("AttackSurfaceReduction", "attack-surface-reduction"),
    ("CustomDetection", "endpoint-detection-and-response"),
    ("AutomatedInvestigation", "automated-investigation-and-remediation"),
    ("ThreatExperts", "microsoft-threat-experts"),
  ])
  func `R44, R46, R47, R48, R51: an imported alert is labelled with its pillar and category`(
    _ source: String, _ pillar: String
  ) throws {
    try Program.within { program in
      try program.makeJoined()
      let more = ",\"detectionSource\":\"\(source)\",\"category\":\"Exploit\""
      let shown = try program.shown(more)
      #expect(shown["pillar"] as? String == pillar)
      #expect(shown["category"] as? String == "Exploit")
      #expect(shown["humanAuthored"] as? Bool == (source == "ThreatExperts" ? true : nil))
      #expect(shown["customDetection"] as? Bool == (source == "CustomDetection" ? true : nil))
    }
  }

  @Test func `R45, R50: a profile shows exposure, and a secure score as configuration score`()
    throws
  {
    try Program.within { program in
      try program.makeJoined()
      try program.write(
        "machine.json",
        """
        {"id":"bf774cf8fda6ea8ac3cf86a68ca1d9f33bfb2770","computerDnsName":"ws02.alpine.test",
         "lastSeen":"2026-11-22T00:00:00Z","exposureLevel":"High","secureScore":431,
         "healthStatus":"Active","riskScore":"High","onboardingStatus":"Onboarded"}
        """)
      #expect(try program.done("endpoint", "import", "machine.json"))
      let profile = try program.object(program.run("profile", "ws02", "--json").output)
      let device = profile["device"] as? [String: Any]
      #expect(device?["exposure"] as? String == "High")
      #expect(device?["configurationScore"] as? String == "431")
    }
  }

  @Test func `R49: the state of an automated investigation is imported and shown`() throws {
    try Program.within { program in
      try program.makeJoined()
      let shown = try program.shown(",\"investigationState\":\"PendingApproval\"")
      #expect(shown["investigationState"] as? String == "PendingApproval")
    }
  }
}

extension Program {
  /// Activities of captures that together hold all protocols.
  fileprivate func activities() throws -> [[String: Any]] {
    var arguments = ["replay", Program.root + "/Captures", "--no-store", "--activities-to"]
    arguments.append("\(folder)/activities.jsonl")
    #expect(try run(all: arguments).code == 0)
    let text = String(decoding: try read("activities.jsonl"), as: UTF8.self)
    return try text.split(separator: "\n").map { try object(String($0)) }
  }

  /// How WS02's profile shows an alert with these members.
  fileprivate func shown(_ more: String) throws -> [String: Any] {
    try write("one.json", alert(7, more: more))
    #expect(try done("endpoint", "import", "one.json"))
    let profile = try object(run("profile", "ws02", "--json").output)
    let alerts = profile["endpointAlerts"] as? [[String: Any]] ?? []
    return alerts.first { $0["title"] as? String == "Alert 7" } ?? [:]
  }
}
