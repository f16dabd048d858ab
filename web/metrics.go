package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"pavilion/db"
	"pavilion/job"
)

// metrics are what an operator watches. Nothing in them is personal, and addresses are
// counted by route, not by path.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(d *db.DB, version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "pavilion_http_request_seconds", Help: "Time to answer a request, by route and status.",
			Buckets: []float64{.001, .005, .025, .1, .5, 2.5, 10},
		}, []string{"route", "status"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "pavilion_build_info", Help: "Always 1.", ConstLabels: prometheus.Labels{"version": version, "engine": string(d.Engine())}})
	build.Set(1)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m.requests, build, jobStates{d})
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// observe counts an answer.
func (m *metrics) observe(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

// jobStates counts jobs by state when asked.
type jobStates struct{ db *db.DB }

var jobsDesc = prometheus.NewDesc("pavilion_jobs", "Jobs by state; a parked job waits for a person.", []string{"state"}, nil)

// Describe tells the registry what Collect will send.
func (j jobStates) Describe(ch chan<- *prometheus.Desc) { ch <- jobsDesc }

// Collect counts the jobs that are not done.
func (j jobStates) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.TODO(), readyWithin) // the registry hands no context
	defer cancel()
	err := j.db.Read(ctx, func(v *db.View) error {
		counts, err := job.Count(ctx, v)
		for state, n := range counts {
			ch <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(n), state)
		}
		return err
	})
	if err != nil {
		ch <- prometheus.NewInvalidMetric(jobsDesc, err)
	}
}
