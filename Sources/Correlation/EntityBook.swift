import Evidence

struct EntityBook: Sendable {
  var evictions: UInt64 { 0 }
  mutating func see(_ activity: borrowing Activity, _ knowledge: borrowing Knowledge) {}
  func records(_ knowledge: Knowledge) -> [EntityRecord] { [] }
}
