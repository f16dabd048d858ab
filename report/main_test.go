package report_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// TestMain has the property tests, each case of which writes to disk some dozens of times,
// try fifteen cases instead of a hundred; -rapid.checks asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "15"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
