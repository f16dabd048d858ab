package api

// Paged is the input of a list that goes on. It is exported because the library sets its
// defaults.
type Paged struct {
	Speaks
	After string `query:"after" maxLength:"200" doc:"“next” of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
}

// more is how many to ask for: one more than are shown tells whether there are more.
func (p Paged) more() int { return p.Limit + 1 }

// cut returns what is shown of what was found, and where the list goes on, "" at its end.
func cut[T any](p Paged, found []T, key func(T) string) (few []T, next string) {
	if len(found) <= p.Limit {
		return found, ""
	}
	few = found[:p.Limit]
	return few, key(few[len(few)-1])
}

// each makes what is shown of each; a list without any is written as [].
func each[T, U any](all []T, show func(T) U) []U {
	out := make([]U, len(all))
	for i, v := range all {
		out[i] = show(v)
	}
	return out
}
