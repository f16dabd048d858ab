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

// jobStates measures the backlog of jobs when asked.
type jobStates struct{ db *db.DB }

var (
	jobsDesc = prometheus.NewDesc("pavilion_jobs", "Jobs by state: due ones wait for a worker, parked ones for a person.", []string{"state"}, nil)
	lateDesc = prometheus.NewDesc("pavilion_jobs_late_seconds", "How long the first of the due jobs has been waiting.", nil, nil)
)

// Describe tells the registry what Collect will send.
func (j jobStates) Describe(ch chan<- *prometheus.Desc) {
	ch <- jobsDesc
	ch <- lateDesc
}

// Collect counts the jobs that are not done.
func (j jobStates) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.TODO(), readyWithin) // the registry hands no context
	defer cancel()
	var b job.Backlog
	err := j.db.Read(ctx, func(v *db.View) (err error) {
		b, err = job.Measure(ctx, v)
		return err
	})
	if err != nil {
		ch <- prometheus.NewInvalidMetric(jobsDesc, err)
		return
	}
	for state, n := range map[string]int64{"due": b.Due, job.Running: b.Running, job.Parked: b.Parked} {
		ch <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(n), state)
	}
	ch <- prometheus.MustNewConstMetric(lateDesc, prometheus.GaugeValue, b.Late.Seconds())
}
