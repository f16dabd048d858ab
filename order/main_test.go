package order_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// TestMain has the property tests, each case of which writes to disk some dozens of times,
// try thirty cases instead of a hundred; -rapid.checks asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "30"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
