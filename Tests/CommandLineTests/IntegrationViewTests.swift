import Foundation
import Testing

/// What people see of an integration: badges, identity alerts of a device, labels.
@Suite struct `Views of an integration` {
  private let kind = "defender-for-endpoint"

  @Test func `R1: one profile shows what both sides know of a host`() throws {
    try Program.within { program in
      try program.makeJoined()
      let profile = try program.object(program.run("profile", "ws02", "--json").output)
      #expect((profile["alerts"] as? [Any])?.isEmpty == false)
      #expect((profile["endpointAlerts"] as? [Any])?.isEmpty == false)
    }
  }

  @Test func `R19: there is no icon before both sides are on`() throws {
    try Program.within { program in
      try program.makeAlpine()
      #expect(try program.run("replay", Program.capture("kerberoasting-rc4")).code == 0)
      #expect(try program.badge("ws02")["state"] as? String == "absent")
      #expect(try program.done("workspace", "integrate", "alpine", kind))
      #expect(try program.badge("ws02")["state"] as? String == "absent")
      #expect(try program.badge("ws02")["count"] == nil)
      let documents = "\(Program.root)/Workspaces/alpine/endpoint"
      #expect(try program.done("endpoint", "import", documents))
      #expect(try program.badge("ws02")["state"] as? String == "integrated")
    }
  }

  @Test func `R21: a user of the cloud alone stays a user of the endpoint side`() throws {
    try Program.within { program in
      try program.makeJoined()
      try program.write("cloud.json", program.alert(3, user: "cloudy", domain: "AzureAD"))
      #expect(try program.done("endpoint", "import", "cloud.json"))
      let users = try program.run("endpoint", "users", "--json").outputLines
      let cloudy = users.first { $0.contains("\"cloudy\"") }
      #expect(cloudy?.contains("\"kind\":\"endpoint-only\"") == true)
      #expect(users.contains { $0.contains("\"h.graf\"") && $0.contains("\"directory\"") })
      #expect(try program.run("profile", "cloudy").code == 1)
    }
  }

  @Test func `R22, R23: a matched entity's profile has the icon, a computer's and a user's`() throws
  {
    try Program.within { program in
      try program.makeJoined()
      for name in ["ws02", "h.graf"] {
        #expect(try program.badge(name)["state"] as? String == "integrated", "\(name)")
      }
      #expect(try program.run("profile", "ws02").output.contains("●"))
    }
  }

  @Test func `R24, R157: the number counts all endpoint alerts, with the open ones beside it`()
    throws
  {
    try Program.within { program in
      try program.makeJoined()
      let before = try program.badge("ws02")
      let count = try #require(before["count"] as? Int)
      let open = try #require(before["open"] as? Int)
      try program.write("resolved.json", program.alert(4, status: "Resolved"))
      #expect(try program.done("endpoint", "import", "resolved.json"))
      let after = try program.badge("ws02")
      #expect(after["count"] as? Int == count + 1)
      #expect(after["open"] as? Int == open)
    }
  }

  @Test func `R25: without endpoint alerts there is an icon and no number`() throws {
    try Program.within { program in
      try program.makeAlpine()
      #expect(try program.run("replay", Program.capture("kerberoasting-rc4")).code == 0)
      #expect(try program.done("workspace", "integrate", "alpine", kind))
      let machines = "\(Program.root)/Workspaces/alpine/endpoint/machines.json"
      #expect(try program.done("endpoint", "import", machines))
      let badge = try program.badge("ws02")
      #expect(badge["state"] as? String == "integrated")
      #expect(badge["count"] == nil)
      #expect(try program.run("profile", "ws02").output.contains("● 0") == false)
    }
  }

  @Test func `R26: the icon leads to the device's page, by a template that can be set`() throws {
    try Program.within { program in
      try program.makeJoined()
      let device = "bf774cf8fda6ea8ac3cf86a68ca1d9f33bfb2770"
      #expect(
        try program.badge("ws02")["link"] as? String
          == "https://security.microsoft.com/machines/\(device)/alerts")
      let file = "Workspaces/alpine/workspace.yml"
      let settings = "integrations: [{kind: \(kind), link: 'https://soc.example/d/{id}'}]"
      try program.write(
        file, program.text(file).replacing(/(?m)^integrations:.*$/, with: settings))
      #expect(try program.badge("ws02")["link"] as? String == "https://soc.example/d/\(device)")
    }
  }

  @Test func `R27, R149: an entity not known there is grey, with the reason and no link`() throws {
    try Program.within { program in
      try program.makeJoined()
      let badge = try program.badge("dc1")
      #expect(badge["state"] as? String == "grey")
      #expect((badge["reason"] as? String)?.contains("not known to the endpoint product") == true)
      #expect(badge["link"] == nil)
      #expect(badge["count"] == nil)
    }
  }

  @Test func `R28: the endpoint side gets a device's identity alerts by name, SID and identity`()
    throws
  {
    try Program.within { program in
      try program.makeJoined()
      let profile = try program.object(program.run("profile", "ws02", "--json").output)
      let wanted = try #require(profile["alerts"] as? [[String: Any]]).compactMap {
        $0["id"] as? String
      }
      #expect(!wanted.isEmpty)
      let device = "bf774cf8fda6ea8ac3cf86a68ca1d9f33bfb2770"
      var names = ["ws02", "ws02.alpine.test", device, device.uppercased()]
      if let sid = profile["sid"] as? String { names.append(sid) }
      #expect(names.count == 5, "the directory gives the SID")
      for name in names {
        let card = try program.object(program.run("endpoint", "alerts", name, "--json").output)
        let alerts = card["alerts"] as? [[String: Any]] ?? []
        #expect(alerts.compactMap { $0["id"] as? String } == wanted, "\(name)")
        #expect(card["device"] as? String == device)
      }
      try program.refuse(
        "endpoint", "alerts", String(repeating: "a", count: 40), saying: "no computer")
    }
  }

  @Test func `R29: an alert's link leads to the profile of the entity, the alert marked`() throws {
    try Program.within { program in
      try program.makeJoined()
      let card = try program.object(program.run("endpoint", "alerts", "ws02", "--json").output)
      let alert = try #require((card["alerts"] as? [[String: Any]])?.first)
      let entity = try #require(card["entity"] as? String)
      let id = try #require(alert["id"] as? String)
      #expect(alert["link"] as? String == "/entities/\(entity)?alert=\(id)")
      let landed = try program.object(program.run("profile", entity, "--json").output)
      let shown = landed["alerts"] as? [[String: Any]] ?? []
      #expect(shown.contains { $0["id"] as? String == id })
      let file = "Workspaces/alpine/workspace.yml"
      try program.write(file, program.text(file) + "portal: https://crosswatch.example\n")
      let again = try program.run("endpoint", "alerts", "ws02", "--json").output
      #expect(again.contains("https://crosswatch.example/entities/"))
    }
  }

  @Test func `R30: the card has count, worst severity and link, where both sides are on`() throws {
    try Program.within { program in
      try program.makeJoined()
      let card = try program.object(program.run("endpoint", "alerts", "ws02", "--json").output)
      let alerts = card["alerts"] as? [[String: Any]] ?? []
      #expect(card["count"] as? Int == alerts.count)
      let order = ["informational", "low", "medium", "high"]
      let worst = alerts.compactMap { $0["severity"] as? String }
        .max { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) }
      #expect(card["maxSeverity"] as? String == worst)
      #expect((card["link"] as? String)?.hasPrefix("/entities/") == true)
      // A device without alerts has a card without severity and link.
      let quiet = try program.object(program.run("endpoint", "alerts", "dc1", "--json").output)
      if quiet["count"] as? Int == 0 { #expect(quiet["link"] == nil) }
      #expect(try program.done("workspace", "remove-integration", "alpine", kind))
      try program.refuse("endpoint", "alerts", "ws02", saying: "are not connected")
    }
  }

  @Test func `R38, R39: an alert cites threat intelligence, with actor, intent and source`() throws
  {
    try Program.within { program in
      try program.makeJoined()
      let plain = try program.run("alerts", "--json").output
      #expect(!plain.contains("\"intelligence\""))
      try program.write(
        "Workspaces/alpine/intelligence.yml",
        """
        - {entry: Roasting kit, name: ws02, actor: EXAMPLE BEAR, intent: credential theft,
           source: our hunters}
        - {entry: Elsewhere, address: 192.0.2.77, source: partner feed}
        """)
      let lines = try program.run("alerts", "--json").outputLines
      let citing = try #require(lines.first { $0.contains("\"intelligence\"") })
      #expect(citing.contains("\"actor\":\"EXAMPLE BEAR\",\"intent\":\"credential theft\""))
      #expect(citing.contains("\"source\":\"our hunters\""))
      #expect(!lines.contains { $0.contains("partner feed") })
      let id = try #require(try program.object(String(citing))["id"] as? String)
      #expect(try program.run("alerts", "show", id).output.contains("EXAMPLE BEAR"))
      let replayed = try program.run(
        "replay", Program.capture("kerberoasting-rc4"), "--alerts-to", "-")
      #expect(replayed.output.contains("EXAMPLE BEAR"))
      try program.write("Workspaces/alpine/intelligence.yml", "- {entry: x, source: y}")
      try program.refuse("alerts", saying: "needs exactly one of")
    }
  }
}

extension Program {
  /// A workspace with traffic, a directory, and the endpoint side's documents of the lab.
  func makeJoined() throws {
    try makeAlpine()
    #expect(try run("replay", Program.capture("kerberoasting-rc4")).code == 0)
    #expect(try done("workspace", "integrate", "alpine", "defender-for-endpoint"))
    #expect(try done("endpoint", "import", "\(Program.root)/Workspaces/alpine/endpoint"))
  }

  /// An alert document of WS02.
  func alert(
    _ number: Int, status: String = "New", user: String = "h.graf", domain: String = "ALPINE",
    more: String = ""
  ) -> String {
    """
    {"id":"da63890000000000009\(number)_-\(number)","title":"Alert \(number)","severity":"Low",
     "status":"\(status)","machineId":"bf774cf8fda6ea8ac3cf86a68ca1d9f33bfb2770",
     "computerDnsName":"ws02.alpine.test","alertCreationTime":"2026-11-21T03:30:00Z",
     "lastUpdateTime":"2026-11-21T03:31:00Z",
     "relatedUser":{"userName":"\(user)","domainName":"\(domain)"},"evidence":[]\(more)}
    """
  }
}
