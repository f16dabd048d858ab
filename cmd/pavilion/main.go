// Command pavilion runs an official country store abroad: the server, its demo world, and
// the tools to set up, import, check, back up and measure it. Run it without arguments for
// the list of commands; flow.go lists what follows from what.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"pavilion"
)

// commands is the command line. Every command reads its settings from flags, then from the
// environment (PAVILION_…), then from the file named by --config.
type commands struct {
	Config string        `help:"JSON file with settings, named like the flags." type:"existingfile" env:"PAVILION_CONFIG" placeholder:"FILE"`
	Lang   pavilion.Lang `help:"Language of messages: zh, en, ru, be. Default: from the environment." env:"PAVILION_LANG" placeholder:"LANG"`

	Serve     serveCommand     `cmd:"" help:"Run the pavilion."`
	Sandbox   sandboxCommand   `cmd:"" help:"Run simulated platforms, for a pavilion or a connector to rehearse with."`
	Demo      demoCommand      `cmd:"" help:"Run a whole pavilion with a demo world, simulated payment and simulated shoppers."`
	Init      initCommand      `cmd:"" help:"Prepare a new installation and print the one-time link for its first owner."`
	Reset     resetCommand     `cmd:"" help:"Print a one-time link to a new password for a member of staff."`
	Producer  producerCommand  `cmd:"" help:"Add producers and list them."`
	Import    importCommand    `cmd:"" help:"Import a producer's workbook."`
	Template  templateCommand  `cmd:"" help:"Write an empty workbook for producers to fill in."`
	Price     priceCommand     `cmd:"" help:"Set the shelf price of goods and put them on sale."`
	Warehouse warehouseCommand `cmd:"" help:"Add a warehouse."`
	Receive   receiveCommand   `cmd:"" help:"Take goods into a warehouse."`
	Token     tokenCommand     `cmd:"" help:"Make, list and end API tokens."`
	Verify    verifyCommand    `cmd:"" help:"Recompute stock, orders, payments and the audit trail from their rows and report every difference."`
	Recount   recountCommand   `cmd:"" help:"Count the sales figures anew from the orders."`
	Backup    backupCommand    `cmd:"" help:"Write a consistent copy of the database to a file, while the pavilion runs."`
	Restore   restoreCommand   `cmd:"" help:"Read a backup into an empty database of either engine."`
	Rules     rulesCommand     `cmd:"" help:"List the rules of markets and run their own examples."`
	Bench     benchCommand     `cmd:"" help:"Measure this machine against its own limits."`
	Settings  settingsCommand  `cmd:"" name:"config" help:"Print the settings in force, without secrets."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// exitCodes by kind of error; 1 is everything else.
var exitCodes = map[pavilion.Kind]int{
	pavilion.Invalid: 2, pavilion.NotFound: 3, pavilion.Conflict: 4, pavilion.Forbidden: 5,
	pavilion.Unauthenticated: 5, pavilion.Limited: 6, pavilion.Unavailable: 6,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() { // the first signal stops politely, a second one at once
		<-ctx.Done()
		stop()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c commands
	settings, err := readSettings(args)
	if err != nil {
		sayer{lang: language(""), to: stderr}.failure(err)
		return exitCodes[pavilion.KindOf(err)]
	}
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("pavilion"), kong.Description("One program that runs an official country store abroad."),
		kong.Writers(stdout, stderr), kong.UsageOnError(), kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.Vars{"channel": shelf, "shoppers": demoOrders.String()}, kong.Resolvers(settings))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	say := sayer{lang: language(c.Lang), to: stderr}
	if err != nil {
		say.failure(err)
		return exitCodes[pavilion.Invalid]
	}
	k.BindTo(ctx, (*context.Context)(nil))
	err = k.Run(&terminal{out: stdout, err: stderr, say: say}, &c)
	if err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return 0
	}
	say.failure(err)
	if code, ok := exitCodes[pavilion.KindOf(err)]; ok {
		return code
	}
	return 1
}

// terminal is where a command prints.
type terminal struct {
	out, err io.Writer
	say      sayer
}

func (c *terminal) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

type versionCommand struct{}

func (versionCommand) Run(c *terminal) error {
	c.printf("pavilion %s\n", version())
	return nil
}

// version is the version the build recorded, or the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel " + s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}
