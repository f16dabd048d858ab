//go:build !unix

package dbtest

import (
	"errors"
	"syscall"
)

// unprivileged has no way to start a private cluster here.
func unprivileged(string) (*syscall.SysProcAttr, error) {
	return nil, errors.New("PAVILION_TEST_POSTGRES is not set and a private cluster needs Unix")
}
