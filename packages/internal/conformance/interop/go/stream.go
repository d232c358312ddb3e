package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

const longestLine = 1 << 20

// streamSetup is the first line of a stream of chains.
type streamSetup struct {
	Now     int64    `json:"now"`
	Anchors []string `json:"anchors"`
}

func readAnchors(texts []string) ([]*x509.Certificate, error) {
	var anchors []*x509.Certificate
	for _, text := range texts {
		block, _ := pem.Decode([]byte(text))
		if block == nil {
			return nil, errors.New("an anchor is no PEM")
		}
		anchor, err := parse(block.Bytes)
		if err != nil {
			return nil, err
		}
		anchors = append(anchors, anchor)
	}
	return anchors, nil
}

// judge answers a chain: ok where it is valid under one of the anchors, and no and why where it is under none.
func judge(x5c []string, anchors []*x509.Certificate, now time.Time) string {
	var reasons []string
	for _, anchor := range anchors {
		_, err := validate(x5c, anchor, now)
		if err == nil {
			return "ok"
		}
		reasons = append(reasons, strings.Join(strings.Fields(err.Error()), " "))
	}
	return "no " + strings.Join(reasons, "; ")
}

// stream judges chains as they come: after the setup each line is one chain, leaf first, standard base64 of DER separated
// by spaces. It answers each line with one: ok, or no and why.
func stream(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	if !lines.Scan() {
		return errors.New("no setup")
	}
	var given streamSetup
	if err := json.Unmarshal(lines.Bytes(), &given); err != nil {
		return err
	}
	anchors, err := readAnchors(given.Anchors)
	if err != nil {
		return err
	}
	for lines.Scan() {
		if _, err := fmt.Fprintln(out, judge(strings.Fields(lines.Text()), anchors, time.Unix(given.Now, 0))); err != nil {
			return err
		}
	}
	return lines.Err()
}
