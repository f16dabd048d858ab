package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"pavilion"
	"pavilion/web/ui"
)

// sayer tells the person at the terminal what went wrong, in their language.
type sayer struct {
	lang pavilion.Lang
	to   io.Writer
}

// failure says an error of ours in a sentence, with its cause where the operator can mend it.
// Any other is said as it is: a slip on the command line, or one of the program.
func (s sayer) failure(err error) {
	e, ok := errors.AsType[*pavilion.Error](err)
	if !ok {
		fmt.Fprintln(s.to, "pavilion:", err)
		return
	}
	fmt.Fprintln(s.to, "pavilion:", ui.Say(s.lang, err))
	if e.Kind == pavilion.Internal || e.Kind == pavilion.Unavailable {
		fmt.Fprintln(s.to, err)
	}
}

// language returns the wanted language, or the one the environment asks for, or English.
func language(wanted pavilion.Lang) pavilion.Lang {
	for _, v := range []string{string(wanted), os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")} {
		if len(v) >= 2 && slices.Contains(pavilion.Langs, pavilion.Lang(v[:2])) {
			return pavilion.Lang(v[:2])
		}
	}
	return pavilion.English
}
