package tax

// What is looked at before first-fit is good enough: units in one order, and ways to place one.
const (
	mostSearched = 200
	mostSteps    = 50_000
)

// unit is one thing of a line.
type unit struct {
	line  int
	price int64
}

// search looks for the fewest parts: it tries the parts a unit may go into, one after the other,
// and turns back where what is left cannot fit into fewer parts than were found.
type search struct {
	units []unit  // dearest first
	left  []int64 // what the units from each on are worth
	limit int64
	at    []int   // the part of each unit
	room  []int64 // what is left of each part
	best  []int   // at of the fewest parts found, nil if no fewer were
	parts int     // how many are known to do
	steps int
}

// fewer is the division of units, dearest first, into the fewest parts if those are fewer than
// the parts given. Units that cost nothing stay in the part they are in.
func fewer(parts [][]int64, units []unit, limit int64) [][]int64 {
	s := search{units: units, left: make([]int64, len(units)+1), limit: limit, at: make([]int, len(units)), parts: len(parts), steps: mostSteps}
	for i := len(units) - 1; i >= 0; i-- {
		s.left[i] = s.left[i+1] + units[i].price
	}
	s.place(0)
	if s.best == nil {
		return parts
	}
	out := make([][]int64, s.parts)
	for k := range out {
		out[k] = make([]int64, len(parts[0]))
	}
	for i, u := range units {
		out[s.best[i]][u.line]++
		for _, part := range parts {
			part[u.line] = 0
		}
	}
	for _, part := range parts { // what costs nothing is left in them
		for i, n := range part {
			out[0][i] += n
		}
	}
	return out
}

func (s *search) place(i int) {
	if i == len(s.units) {
		s.best, s.parts = append([]int(nil), s.at...), len(s.room)
		return
	}
	free := int64(s.parts-1-len(s.room)) * s.limit
	for _, r := range s.room {
		free += r
	}
	if s.steps--; s.steps < 0 || free < s.left[i] {
		return
	}
	u, from := s.units[i], 0
	if i > 0 && s.units[i-1] == u { // equals are placed in order
		from = s.at[i-1]
	}
	tried := map[int64]bool{} // parts with as much room are the same
	for k := from; k < len(s.room); k++ {
		if s.room[k] < u.price || tried[s.room[k]] {
			continue
		}
		tried[s.room[k]] = true
		s.room[k] -= u.price
		s.at[i] = k
		s.place(i + 1)
		s.room[k] += u.price
	}
	if len(s.room)+1 < s.parts {
		s.room, s.at[i] = append(s.room, s.limit-u.price), len(s.room)
		s.place(i + 1)
		s.room = s.room[:len(s.room)-1]
	}
}
