package console

import (
	"errors"

	"pavilion"
)

// field returns the input an error is about.
func field(err error) string {
	if e, ok := errors.AsType[*pavilion.Error](err); ok {
		return e.Field
	}
	return ""
}

// asError returns err as an error of ours.
func asError(err error) (*pavilion.Error, bool) { return errors.AsType[*pavilion.Error](err) }
