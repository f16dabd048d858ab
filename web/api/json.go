package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// formats are the forms in which bodies are read and written: JSON alone.
var formats = map[string]huma.Format{
	"application/json": {Marshal: writeJSON, Unmarshal: readJSON},
	"json":             {Marshal: writeJSON, Unmarshal: readJSON}, // of application/…+json
}

func writeJSON(w io.Writer, v any) error { return huma.DefaultJSONFormat.Marshal(w, v) }

// readJSON reads a body. JSON knows numbers and no integers: 1.0 and 1e2 are whole, and are
// taken where a whole number is wanted. Errors are words for the caller.
func readJSON(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return inWords(err)
	}
	if !strings.HasPrefix(wrong.Value, "number") {
		return inWords(err)
	}
	var plain any // writes whole numbers without a point
	if err := json.Unmarshal(data, &plain); err != nil {
		return inWords(err)
	}
	again, err := json.Marshal(plain)
	if err != nil {
		return inWords(err)
	}
	return inWords(json.Unmarshal(again, v))
}

// inWords says what is wrong with a body without the words of the program's own language.
func inWords(err error) error {
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(wrong.Value, " ")
		return fmt.Errorf("%s is a %s that does not fit", strings.TrimPrefix(wrong.Field, "."), kind)
	}
	if broken, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("the body is not JSON after byte %d", broken.Offset)
	}
	return errors.New("the body is not JSON")
}
