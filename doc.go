// Package pavilion holds the words that every other package shares: the kinds of
// identifiers, [Error], [Actor], [Lang], [Text], [Date] and [Finding]. It imports
// nothing of the project and knows no table, no page and no wire.
//
// The program sells the goods of one country in another. This is the way of the goods,
// with the one function that moves them on at each step:
//
//	producer's workbook
//	   │  catalog.ReadSheet      bytes → rows and findings, no database
//	   │  catalog.Import         rows → producers, products, SKUs
//	   ▼
//	tailoring.Save … HandIn      a person writes what the goods are in a market; its rules judge
//	tailoring.Approve            a second person lets it be shown
//	   ▼
//	stock.Receive                a lot with its dates enters a warehouse
//	   ▼
//	own.Shop.Place               a shopper (page, API) orders ─┐
//	channel.Engine (jd, douyin)  a platform's shopper did      ├─▶ channel.Intake.Place
//	   ┌───────────────────────────────────────────────────────┘
//	   ▼
//	order.Accept                 one transaction: order, lines, stock.Reserve, fact order.Accepted
//	   ▼
//	payment.Start … order.Pay    money arrives, early, late or twice
//	   ▼
//	shipment.Pack … Ship         parcels with waybills; goods leave the books: stock.Take
//
// So an order comes from channel.Intake and nowhere else; ladder_test.go fails if another
// package calls order.Accept.
//
// Platforms sell by a number of their own, so the way of what they may sell is told apart:
//
//	stock changes, an order comes in, a policy is set
//	   │  channel.Engine.WorkShare    what each shop shall be granted; one step at a time
//	   ▼
//	stock.Raise                       granted first: nobody else sells these units
//	   │  channel.Connector.ChangeStock   written down, then said to the platform under a key
//	   ▼
//	the platform sells …
//	   │  channel.Engine.Push, WorkPoll   it tells us, or we ask
//	   ▼
//	channel.Intake.Place              granted units become reserved ones; stock.Lower gives the
//	                                  rest back, when the platform confirmed that it stopped
//
// The packages stand on a ladder; each imports only lower rungs:
//
//	cmd/pavilion   flags, configuration, wiring; flow.go lists every reaction to a fact
//	web            shop/, console/, api/, ui/: pages and the API
//	report         figures of what was sold, kept without looking at orders
//	channel        the intake, shares, the engine; own/: the storefront; jd/, douyin/: platforms
//	shipment       parcels, carriers and their numbers
//	order          orders and their life
//	payment        intents, providers, refunds
//	stock          lots, movements, reservations
//	tailoring      goods as a market wants them: rules/ (data), rule/, nutrition/, label/, tax/, price/
//	catalog        producers, products, SKUs, the import of workbooks
//	setting        what the operator decides while the pavilion runs
//	staff          people and tokens, what they may do
//	job            durable facts, jobs, schedules
//	db             open, migrate, transact: the only package that knows the engine
//	pdf            printed pages: fonts, lines, barcodes
//	money          amounts, currencies, rates, splitting
//	pavilion       this package
//
// sim/ is the simulated outside world for tests and the demo; it imports only this
// package and money. What its simulators share is in sim/simkit.
package pavilion
