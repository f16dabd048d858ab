package simkit_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pavilion"
	"pavilion/sim/simkit"
)

// reopened is what a journal tells when it is opened again.
func reopened(t *testing.T, path string) (*simkit.Journal, []int) {
	t.Helper()
	var told []int
	j, err := simkit.OpenJournal(path, func(line []byte) error {
		var n int
		if err := json.Unmarshal(line, &n); err != nil {
			return err
		}
		told = append(told, n)
		return nil
	}, func(write func(any) error) error {
		for _, n := range told {
			if err := write(n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j, told
}

func TestJournalSurvives(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	first, _ := reopened(t, path)
	if err := first.Write(1, 2); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Write(3); err == nil {
		t.Error("got nil of a write after the end, want an error")
	}
	second, told := reopened(t, path)
	if want := []int{1, 2}; !slices.Equal(told, want) {
		t.Errorf("got %v, want %v", told, want)
	}
	if err := second.Write(4); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("5"); err != nil { // killed before the end of the line
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, told := reopened(t, path); !slices.Equal(told, []int{1, 2, 4}) {
		t.Errorf("got %v, want [1 2 4]", told)
	}
}

func TestJournalMalformed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(path, []byte("1\n{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := simkit.OpenJournal(path, func(line []byte) error { return json.Unmarshal(line, new(int)) }, nil)
	if got := pavilion.ReasonOf(err); got != "sim.state_malformed" {
		t.Errorf("got %q, want sim.state_malformed", got)
	}
}

func TestJournalOfNothing(t *testing.T) {
	t.Parallel()
	j, told := reopened(t, "")
	if err := j.Write(1); err != nil || len(told) > 0 {
		t.Errorf("got %v and %v, want nothing", told, err)
	}
}
