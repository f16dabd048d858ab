package pavilion

import "strings"

// Actor is who does something: every write names one, and the trail keeps it.
type Actor struct {
	Kind ActorKind
	ID   string // a StaffID, BuyerID, TokenID, channel name, or the name of the system part

	// From is where the actor came from, in words for people: a masked network address and
	// the sort of device, such as "203.0.113.x, Firefox on Windows". Web sets it; the trail
	// keeps it. It is not part of who somebody is, nor of what String returns.
	From string
}

// ActorKind says what sort of actor it is.
type ActorKind string

const (
	BySystem  ActorKind = "system"  // the program itself: a job, a schedule, the command line
	ByStaff   ActorKind = "staff"   // a person of the operator or a producer
	ByBuyer   ActorKind = "buyer"   // a shopper, known or not
	ByToken   ActorKind = "token"   // a machine with an API token
	ByChannel ActorKind = "channel" // a marketplace
)

// System returns the actor for a part of the program, such as "job" or "cli".
func System(part string) Actor { return Actor{Kind: BySystem, ID: part} }

// String returns kind:id, the form that is stored.
func (a Actor) String() string { return string(a.Kind) + ":" + a.ID }

// ParseActor reads what String wrote.
func ParseActor(s string) (Actor, bool) {
	k, id, ok := strings.Cut(s, ":")
	return Actor{Kind: ActorKind(k), ID: id}, ok
}
