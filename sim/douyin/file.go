package douyin

import (
	"encoding/json"
	"errors"

	"pavilion/sim/simkit"
)

// openFile opens the file where the state is kept: one line for each change.
func openFile(path string, w *world) (*simkit.Journal, error) {
	tables := map[string]table{}
	for _, each := range w.tables {
		tables[each.name()] = each
	}
	return simkit.OpenJournal(path, func(line []byte) error { return learnLine(line, tables) }, func(write func(any) error) error {
		var errs []error
		for _, each := range w.tables {
			errs = append(errs, each.dump(func(r record) error { return write([]record{r}) }))
		}
		return errors.Join(errs...)
	})
}

func learnLine(line []byte, tables map[string]table) error {
	var changes []record
	if err := json.Unmarshal(line, &changes); err != nil {
		return err
	}
	for _, c := range changes {
		known := tables[c.Sort]
		if known == nil {
			return errors.New("unknown sort of row: " + c.Sort)
		}
		if err := known.learn(c); err != nil {
			return err
		}
	}
	return nil
}
