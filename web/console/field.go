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
