package staff

import (
	"slices"
	"strings"
)

// Right is one thing a member may do. Pages and acts name the right they need; roles are
// sets of rights.
type Right string

const (
	// Anyone is no right at all: pages before signing in.
	Anyone Right = ""
	// Membership is what every member has: its own account.
	Membership Right = "membership"

	SeeFigures     Right = "figures.see"       // counts and sums, nothing about one person
	SeeProducers   Right = "producers.see"     // producers, their papers and registrations
	EditProducers  Right = "producers.edit"    // and tick what was verified
	SeeProducts    Right = "products.see"      // every product with all its facts
	EditProducts   Right = "products.edit"     // facts, texts and pictures
	ImportProducts Right = "products.import"   // workbooks of producers
	SellProducts   Right = "products.sell"     // prices, and what is on sale
	SeeTailoring   Right = "tailoring.see"     // what goods are in a market: texts, rules, labels
	Tailor         Right = "tailoring.edit"    // write those texts and hand them in for approval
	Approve        Right = "tailoring.approve" // approve what another wrote
	SeeCosts       Right = "costs.see"         // what goods cost, step by step
	EditCosts      Right = "costs.edit"        // and the amounts, rates and exchange rates behind it
	SeeStock       Right = "stock.see"         // lots, balances, movements
	MoveStock      Right = "stock.move"        // receive, transfer, count
	AdjustStock    Right = "stock.adjust"      // adjust, hold, release, write off
	SeeOrders      Right = "orders.see"        // orders, recipients masked
	SeeRecipients  Right = "recipients.see"    // names, phones and addresses; each look is in the trail
	HandleOrders   Right = "orders.handle"     // notes, address, cancel
	PackOrders     Right = "orders.pack"       // parcels, packing slips, shipping
	RefundOrders   Right = "orders.refund"     // give money back
	SeeShops       Right = "shops.see"         // shops on platforms: shares, calls, what waits
	PullBrake      Right = "shops.brake"       // hold back everything that goes to platforms
	RunShops       Right = "shops.run"         // connect shops, let them go live, share stock out
	SeeJobs        Right = "jobs.see"          // what the program does by itself
	DecideJobs     Right = "jobs.decide"       // retry and give up
	SeeStaff       Right = "staff.see"         // who works here and what they may do
	ManageStaff    Right = "staff.manage"      // invite, change roles, end
	ManageTokens   Right = "tokens.manage"     // machines that call the API
	SeeTrail       Right = "trail.see"         // who did what
	ChangeSettings Right = "settings.change"   // how the pavilion works
	SeeOwn         Right = "own.see"           // a producer's own goods, lots and sales
)

// Rights are all rights a role can hold, in the order in which they are shown.
var Rights = []Right{
	SeeFigures, SeeProducers, EditProducers, SeeProducts, EditProducts, ImportProducts, SellProducts,
	SeeTailoring, Tailor, Approve, SeeCosts, EditCosts,
	SeeStock, MoveStock, AdjustStock, SeeOrders, SeeRecipients, HandleOrders, PackOrders, RefundOrders,
	SeeShops, PullBrake, RunShops,
	SeeJobs, DecideJobs, SeeStaff, ManageStaff, ManageTokens, SeeTrail, ChangeSettings, SeeOwn,
}

// Role is a set of rights with a name. A member may hold several.
type Role string

const (
	Owner     Role = "owner"     // everything but a producer's own view
	Catalogue Role = "catalogue" // producers and their goods
	Tailoring Role = "tailoring" // goods as the market wants them
	Approver  Role = "approver"  // the second pair of eyes
	Channels  Role = "channels"  // where goods are sold and for how much
	Warehouse Role = "warehouse" // goods in, goods out
	Finance   Role = "finance"   // money
	Support   Role = "support"   // shoppers
	Content   Role = "content"   // texts and pictures
	Producer  Role = "producer"  // sees its own goods only
	Observer  Role = "observer"  // figures only, nothing personal
)

// Roles are all roles, in the order in which they are shown.
var Roles = []Role{Owner, Catalogue, Tailoring, Approver, Channels, Warehouse, Finance, Support, Content, Producer, Observer}

// rights is who may do what: the one table of it.
var rights = map[Role][]Right{
	Owner:     without(Rights, SeeOwn),
	Catalogue: {SeeFigures, SeeProducers, EditProducers, SeeProducts, EditProducts, ImportProducts, SeeTailoring, SeeStock, SeeJobs},
	Tailoring: {SeeFigures, SeeProducers, SeeProducts, EditProducts, SeeTailoring, Tailor},
	Approver:  {SeeFigures, SeeProducers, SeeProducts, SeeTailoring, Approve, SeeTrail},
	Channels:  {SeeFigures, SeeProducts, SellProducts, SeeTailoring, SeeCosts, SeeStock, SeeOrders, SeeShops, PullBrake, RunShops, SeeJobs, DecideJobs},
	Warehouse: {SeeProducts, SeeStock, MoveStock, AdjustStock, SeeOrders, SeeRecipients, PackOrders, SeeShops, PullBrake},
	Finance:   {SeeFigures, SeeProducts, SellProducts, SeeCosts, EditCosts, SeeOrders, RefundOrders, SeeShops, SeeTrail},
	Support:   {SeeProducts, SeeStock, SeeOrders, SeeRecipients, HandleOrders, SeeShops, PullBrake},
	Content:   {SeeProducts, EditProducts, SeeTailoring, Tailor},
	Producer:  {SeeOwn},
	Observer:  {SeeFigures},
}

func without(all []Right, left Right) []Right {
	return slices.DeleteFunc(slices.Clone(all), func(r Right) bool { return r == left })
}

// Has tells whether the role holds the right.
func (r Role) Has(right Right) bool {
	return right == Membership || right == Anyone || slices.Contains(rights[r], right)
}

// joinRoles returns the form that is stored.
func joinRoles(roles []Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

func splitRoles(stored string) []Role {
	var roles []Role
	for _, word := range strings.Fields(stored) {
		roles = append(roles, Role(word))
	}
	return roles
}

func (r Role) known() bool { return slices.Contains(Roles, r) }

// NeedsSecondFactor tells whether members with the role must sign in with a second factor:
// those who let people in, move money or approve.
func (r Role) NeedsSecondFactor() bool { return r == Owner || r == Finance || r == Approver }

// May tells whether the member holds the right by one of its roles.
func (m Member) May(right Right) bool {
	return right == Membership || right == Anyone || slices.ContainsFunc(m.Roles, func(r Role) bool { return r.Has(right) })
}

// NeedsSecondFactor tells whether one of the member's roles asks for a second factor.
func (m Member) NeedsSecondFactor() bool { return slices.ContainsFunc(m.Roles, Role.NeedsSecondFactor) }
