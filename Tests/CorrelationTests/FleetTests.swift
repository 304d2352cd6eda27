import Evidence
import Testing

@testable import Correlation

@Suite struct `Matching over a fleet` {
  /// Per thousand, so that 99.9 % is a whole number.
  private struct Measure {
    var right = 0
    var wrong = 0
    var all = 0

    var precision: Int { right * 1000 / max(1, right + wrong) }
    var recall: Int { right * 1000 / max(1, all) }
    var text: String {
      "precision \(precision) ‰, recall \(recall) ‰ (\(right) right, \(wrong) wrong, \(all) in all)"
    }
  }

  private let fleet = Fleet(computers: 5000, users: 5000, seed: 20_261_121)

  private var domains: DomainNames {
    var domains = DomainNames()
    domains.add(dns: "corp.example", netbios: "CORP")
    domains.add(dns: "lab.example", netbios: "LAB")
    return domains
  }

  @Test func `computers: precision at least 99.9 %, recall at least 95 %`() {
    let matching = Matching(devices: fleet.devices, alerts: [], domains: domains)
    var measure = Measure()
    for computer in fleet.computers {
      let match = matching.device(for: computer.record, hardwareAddresses: computer.hardware)
      if computer.device != nil { measure.all += 1 }
      guard match.state == .matched, let found = match.devices.first else { continue }
      if found.id == computer.device { measure.right += 1 } else { measure.wrong += 1 }
    }
    print("computers: \(measure.text)")
    #expect(measure.precision >= 999)
    #expect(measure.recall >= 950)
  }

  @Test func `users: precision at least 99.9 %, recall at least 95 %`() {
    let matching = Matching(devices: [], alerts: fleet.alerts, domains: domains)
    var measure = Measure()
    for user in fleet.users {
      measure.all += user.alerts.count
      for alert in matching.user(for: user.record).alerts {
        if user.alerts.contains(alert.id) { measure.right += 1 } else { measure.wrong += 1 }
      }
    }
    print("users: \(measure.text)")
    #expect(measure.precision >= 999)
    #expect(measure.recall >= 950)
  }
}
