package main

import (
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

func (s sayer) failure(err error) {
	fmt.Fprintln(s.to, "pavilion:", ui.Say(s.lang, err))
	if pavilion.KindOf(err) == pavilion.Internal || pavilion.KindOf(err) == pavilion.Unavailable {
		fmt.Fprintln(s.to, err) // the operator at the terminal may see the cause
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
