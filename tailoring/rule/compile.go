package rule

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"

	"pavilion"
)

// program is an expression ready to run. It must not be run with facts that are outsize.
type program cel.Program

// compiler turns expressions into programs for the rules of one pack.
type compiler struct{ env *cel.Env }

func newCompiler(words func(list string) *WordList, scan func() *scanner) (*compiler, error) {
	known, err := newProvider()
	if err != nil {
		return nil, err
	}
	options := []cel.EnvOption{
		cel.CustomTypeProvider(known),
		cel.ParserRecursionLimit(60),
		cel.ParserExpressionSizeLimit(mostExpression),
		cel.Function("abs", cel.Overload("abs_double", []*cel.Type{cel.DoubleType}, cel.DoubleType, cel.UnaryBinding(abs))),
		cel.Function("descending", cel.Overload("descending_list", []*cel.Type{cel.ListType(cel.DoubleType)}, cel.BoolType, cel.UnaryBinding(descending))),
		cel.Function("days", cel.Overload("days_string_string", []*cel.Type{cel.StringType, cel.StringType}, cel.IntType, cel.BinaryBinding(days))),
		cel.Function("width", cel.Overload("width_string", []*cel.Type{cel.StringType}, cel.IntType, cel.UnaryBinding(width))),
		cel.Function("mentions", cel.Overload("mentions_string_string", []*cel.Type{cel.StringType, cel.StringType}, cel.BoolType, cel.BinaryBinding(mentions(words, scan)))),
	}
	for _, v := range variables {
		options = append(options, cel.Variable(v.name, v.of))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, err
	}
	return &compiler{env}, nil
}

// condition compiles an expression that is true or false.
func (c *compiler) condition(expression string) (program, error) {
	return c.compile(expression, cel.BoolType)
}

// compile checks the types of an expression, what it gives and what it may cost at worst.
func (c *compiler) compile(expression string, gives ...*cel.Type) (program, error) {
	ast, issues := c.env.Compile(expression)
	if err := issues.Err(); err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "ERROR: "))
	}
	if !givesOne(ast.OutputType(), gives) {
		return nil, fmt.Errorf("%q gives %v, must give %v", expression, ast.OutputType(), gives)
	}
	estimate, err := c.env.EstimateCost(ast, sizes{})
	if err != nil {
		return nil, err
	}
	if estimate.Max > mostCost {
		return nil, fmt.Errorf("%q may cost %s, the most is %d: look at less, or not within another loop", expression, costs(estimate.Max), mostCost)
	}
	return c.env.Program(ast, cel.EvalOptions(cel.OptOptimize))
}

func givesOne(is *cel.Type, of []*cel.Type) bool {
	for _, t := range of {
		if t.IsExactType(is) {
			return true
		}
	}
	return false
}

func costs(n uint64) string {
	if n == math.MaxUint64 {
		return "without bound"
	}
	return fmt.Sprint(n)
}

// run evaluates a condition.
func run(p program, frame *interpreter.ExecutionFrame) (bool, error) {
	out, _, err := p.Eval(frame)
	if err != nil {
		return false, err
	}
	b, ok := out.(types.Bool)
	if !ok {
		return false, fmt.Errorf("gives %v and not true or false", out.Type())
	}
	return bool(b), nil
}

// valueTypes are what the values of a message may be.
var valueTypes = []*cel.Type{cel.StringType, cel.IntType, cel.DoubleType, cel.ListType(cel.StringType), cel.NullableType(cel.DoubleType), cel.NullableType(cel.IntType)}

// evaluate gives a value of a message.
func evaluate(p program, frame *interpreter.ExecutionFrame) (value, error) {
	out, _, err := p.Eval(frame)
	if err != nil {
		return nil, err
	}
	switch v := out.(type) {
	case types.String:
		return value{string(v)}, nil
	case types.Int:
		return value{fmt.Sprint(int64(v))}, nil
	case types.Double:
		return value{shortNumber(float64(v))}, nil
	case types.Null:
		return value{"–"}, nil
	}
	native, err := out.ConvertToNative(stringsType)
	if err != nil {
		return nil, err
	}
	return native.([]string), nil
}

// sizes tells how large the values of variables are at most.
type sizes struct{}

// EstimateSize is the most a variable, or what is in it, may hold.
func (sizes) EstimateSize(of cost.AstNode) *cost.SizeEstimate {
	path := of.Path()
	if len(path) == 0 {
		return nil
	}
	most := mostPart
	switch {
	case len(path) == 2 && path[0] == "points":
		most = mostWord
	case len(path) == 1:
		i, known := numbers[path[0]]
		if !known {
			return nil
		}
		most = variables[i].most
	}
	return &cost.SizeEstimate{Min: 0, Max: uint64(most)}
}

// EstimateCallCost knows our own functions: those that read a text cost by its length.
func (s sizes) EstimateCallCost(function, _ string, _ *cost.AstNode, args []cost.AstNode) *cost.CallEstimate {
	switch function {
	case "abs", "days":
		return &cost.CallEstimate{CostEstimate: cost.FixedCostEstimate(1)}
	case "descending":
		return &cost.CallEstimate{CostEstimate: cost.FixedCostEstimate(mostIngredients)}
	case "width", "mentions":
		most := uint64(mostText)
		if size := args[0].ComputedSize(); size != nil {
			most = size.Max
		} else if size := s.EstimateSize(args[0]); size != nil {
			most = size.Max
		}
		return &cost.CallEstimate{CostEstimate: cost.Estimate{Min: 1, Max: 1 + most/10}}
	}
	return nil
}

func abs(v ref.Val) ref.Val { return types.Double(math.Abs(float64(v.(types.Double)))) }

// descending tells whether no number is larger than the one before it.
func descending(v ref.Val) ref.Val {
	last := types.Double(math.Inf(1))
	for it := v.(traits.Lister).Iterator(); it.HasNext() == types.True; {
		next := it.Next().(types.Double)
		if next > last {
			return types.False
		}
		last = next
	}
	return types.True
}

func days(from, to ref.Val) ref.Val {
	const form = "2006-01-02"
	a, err := time.Parse(form, string(from.(types.String)))
	if err != nil {
		return types.NewErr("%q is no date", from.Value())
	}
	b, err := time.Parse(form, string(to.(types.String)))
	if err != nil {
		return types.NewErr("%q is no date", to.Value())
	}
	return types.Int(pavilion.Date(a.Format(form)).DaysUntil(pavilion.Date(b.Format(form))))
}

// width counts a wide character as two, as marketplaces do.
func width(v ref.Val) ref.Val {
	n := 0
	for _, r := range string(v.(types.String)) {
		n++
		if r >= 0x2e80 {
			n++
		}
	}
	return types.Int(n)
}

// mentions tells whether a word of a list stands in a text.
func mentions(words func(string) *WordList, scan func() *scanner) func(s, list ref.Val) ref.Val {
	return func(s, list ref.Val) ref.Val {
		l := words(string(list.(types.String)))
		if l == nil {
			return types.NewErr("no list of words is called %q", list.Value())
		}
		sc := scan()
		for _, h := range sc.find(fold(string(s.(types.String))), make([]int, sc.lists), nil) {
			if h.list == l.number {
				return types.True
			}
		}
		return types.False
	}
}
