package order

import "pavilion"

// State is where an order stands in its life.
type State string

const (
	StateUnpaid    State = "unpaid"    // accepted, its goods reserved until PayBy
	StatePaid      State = "paid"      // its goods are reserved without a term
	StateShipped   State = "shipped"   // the goods left the warehouse
	StateDelivered State = "delivered" // the recipient has them
	StateCompleted State = "completed" // the time for complaints is over
	StateExpired   State = "expired"   // not paid in time; the goods went back to the shelf
	StateCancelled State = "cancelled" // called off before it was shipped
	StateParked    State = "parked"    // waits for a person, Reason says why; it holds no goods
)

// States are all states, in the order of an order's life.
var States = []State{
	StateUnpaid, StatePaid, StateShipped, StateDelivered, StateCompleted,
	StateExpired, StateCancelled, StateParked,
}

// Step is something that can be done to an order.
type Step string

const (
	StepPlace     Step = "place"      // accepted, the shopper is to pay
	StepPlacePaid Step = "place_paid" // accepted, paid at the channel
	StepPay       Step = "pay"        // the money arrived and the goods are reserved
	StepExpire    Step = "expire"     // the time to pay ended
	StepCancel    Step = "cancel"     // called off; what was paid goes back
	StepPark      Step = "park"       // something is wrong that a person must look at
	StepGiveBack  Step = "give_back"  // money arrived that the order has no use for; it goes back
	StepRefund    Step = "refund"     // part of the money goes back
	StepShip      Step = "ship"       // the goods leave
	StepDeliver   Step = "deliver"    // the goods arrive
	StepComplete  Step = "complete"   // the time for complaints ended
)

// Steps are all steps, in the order in which they usually come.
var Steps = []Step{
	StepPlace, StepPlacePaid, StepPay, StepExpire, StepCancel, StepPark,
	StepGiveBack, StepRefund, StepShip, StepDeliver, StepComplete,
}

// Move is one row of the transition table.
type Move struct {
	From State // "" is no order yet
	Step Step
	To   State
}

// Moves is the life of an order: every step that may be taken in a state, and where it
// leads. What is not listed is refused with order.wrong_state.
var Moves = []Move{
	{"", StepPlace, StateUnpaid},
	{"", StepPlacePaid, StatePaid},

	{StateUnpaid, StepPay, StatePaid},
	{StateUnpaid, StepExpire, StateExpired},
	{StateUnpaid, StepCancel, StateCancelled},
	{StateUnpaid, StepPark, StateParked},

	{StatePaid, StepShip, StateShipped},
	{StatePaid, StepRefund, StatePaid},
	{StatePaid, StepGiveBack, StatePaid},
	{StatePaid, StepCancel, StateCancelled},

	{StateShipped, StepDeliver, StateDelivered},
	{StateShipped, StepRefund, StateShipped},
	{StateShipped, StepGiveBack, StateShipped},

	{StateDelivered, StepComplete, StateCompleted},
	{StateDelivered, StepRefund, StateDelivered},
	{StateDelivered, StepGiveBack, StateDelivered},

	{StateCompleted, StepRefund, StateCompleted},
	{StateCompleted, StepGiveBack, StateCompleted},

	{StateExpired, StepPay, StatePaid},
	{StateExpired, StepGiveBack, StateExpired},
	{StateExpired, StepPark, StateParked},

	{StateCancelled, StepGiveBack, StateCancelled},

	{StateParked, StepPay, StatePaid},
	{StateParked, StepGiveBack, StateParked},
	{StateParked, StepCancel, StateCancelled},
}

// after tells where a step leads from a state. Error: Conflict order.wrong_state.
func after(from State, step Step) (State, error) {
	for _, m := range Moves {
		if m.From == from && m.Step == step {
			return m.To, nil
		}
	}
	return "", wrongState(from, step)
}

// Allows tells whether an order in the state may take the step.
func Allows(from State, step Step) bool {
	return May(from, step) == nil
}

// May is nil if an order in the state may take the step. Error: Conflict order.wrong_state.
func May(from State, step Step) error {
	_, err := after(from, step)
	return err
}

func wrongState(from State, step Step) error {
	return pavilion.E(pavilion.Conflict, "order.wrong_state", pavilion.Args{"state": string(from), "step": string(step)})
}
