package pavilion

import "strings"

// Actor is who does something: every write names one, and the trail keeps it.
type Actor struct {
	Kind ActorKind
	ID   string // a StaffID, BuyerID, TokenID, channel name, or the name of the system part
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
func System(part string) Actor { return Actor{BySystem, part} }

// String returns kind:id, the form that is stored.
func (a Actor) String() string { return string(a.Kind) + ":" + a.ID }

// ParseActor reads what String wrote.
func ParseActor(s string) (Actor, bool) {
	k, id, ok := strings.Cut(s, ":")
	return Actor{ActorKind(k), id}, ok
}
