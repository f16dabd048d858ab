package douyin

import "time"

// Rules are what the public documents leave open or what differs from app to app. [Usual]
// has the default of each; the package documentation says where it comes from.
type Rules struct {
	// Signing.
	Strict  bool          // accepts only sorted, unescaped parameters, to test a client
	RawSign bool          // accepts also the parameters as they came
	Skew    time.Duration // allowed between a timestamp and the platform's clock

	// Tokens.
	TokenLife   time.Duration
	RefreshLife time.Duration
	EarlyUntil  time.Duration // before the end, until which refreshing does nothing; so long an old pair lives
	RefreshBusy time.Duration // after a new pair was made, another refresh is concurrent
	CodeLife    time.Duration

	// Limits.
	Limit        Limit            // of each (app, shop, method)
	Limits       map[string]Limit // of single methods
	DecryptQuota int              // of each shop and day; 0 is none

	// Products and pictures.
	AuditTakes    time.Duration
	MaterialTakes time.Duration
	Banned        []string // words for which an audit refuses a name
	AnyPicture    bool     // takes pictures that are not from the material centre
	NewStatus     int64    // of a product that never passed an audit
	EditKeepsSold bool     // the stock_num of an edit leaves the stock of known SKUs alone

	// Orders.
	EndsIncluded    bool // a window of searchList includes its ends
	UnpaidLife      time.Duration
	ReleaseTakes    time.Duration // from paid (105) to be shipped (2)
	ShipWithin      time.Duration
	FinishAfter     time.Duration // from shipped to finished
	ProviderShips   []int64       // the biz of orders that only a service provider ships
	CancelledReturn bool          // units of an order that ends unshipped are sellable again

	// After-sales.
	Operations map[int64]Operation // what the types of afterSale.operate mean
	DecideIn   time.Duration       // for the merchant; after that the platform agrees

	// Settlement.
	SettleAfter time.Duration // from finished to settled
	FeePerMille int64         // of the platform

	// Pushes.
	PushBatch int // messages in one request
	PushTries int
	PushPause time.Duration // after the first failure; it doubles
	PushLoose bool          // data is an object and the key msgId, as in the samples
}

// Limit is how many calls are let through; the zero Limit lets all.
type Limit struct {
	PerSecond float64
	Burst     int
}

// Usual returns the defaults.
func Usual() Rules {
	return Rules{
		RawSign: true, Skew: 10 * time.Minute,
		TokenLife: 7 * 24 * time.Hour, RefreshLife: 14 * 24 * time.Hour, EarlyUntil: time.Hour,
		RefreshBusy: time.Second, CodeLife: 10 * time.Minute,
		Limit: Limit{PerSecond: 200, Burst: 200}, DecryptQuota: 5000,
		AuditTakes: 10 * time.Second, MaterialTakes: 4 * time.Second, Banned: []string{"违禁"}, NewStatus: offline,
		UnpaidLife: 30 * time.Minute, ShipWithin: 48 * time.Hour, FinishAfter: 10 * 24 * time.Hour, ProviderShips: []int64{21}, CancelledReturn: true,
		Operations: map[int64]Operation{
			101: AgreeReturn, 102: RefuseReturn, 111: AgreeReturned, 112: RefuseReturned,
			201: AgreeRefund, 202: RefuseRefund,
			301: AgreeExchange, 302: RefuseExchange, 311: ShipExchange, 312: RefuseExchanged,
		},
		DecideIn: 48 * time.Hour, SettleAfter: 24 * time.Hour, FeePerMille: 20,
		PushBatch: 50, PushTries: 4, PushPause: 5 * time.Second,
	}
}
