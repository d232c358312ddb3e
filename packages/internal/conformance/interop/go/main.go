// Interop runs the frozen vectors of the ca rung with crypto/x509 and golang-jwt. It shares no code with this project.
//
//	go run . <folder of the vectors>
//	go run . -chains < chains
//
// It accepts every vector of valid-ca.json and refuses every one of invalid-ca.json, or exits with 1. With -chains it judges
// chains of certificates as they come.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

type vector struct {
	ID     string   `json:"id"`
	Token  string   `json:"token"`
	Expect identity `json:"expect"`
}

type document struct {
	Setup   setup    `json:"setup"`
	Vectors []vector `json:"vectors"`
}

func read(folder, name string, into any) error {
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// run judges each vector of a file and returns how many there are, and how many came out right.
func run(folder, name string, judge func(vector, *identity, error) string) (total, right int, err error) {
	var file document
	if err := read(folder, name, &file); err != nil {
		return 0, 0, err
	}
	var trust bundle
	if err := read(folder, file.Setup.Bundle, &trust); err != nil {
		return 0, 0, err
	}
	for _, each := range file.Vectors {
		proven, refusal := file.Setup.verify(each.Token, trust)
		if problem := judge(each, proven, refusal); problem != "" {
			fmt.Printf("%s: %s\n", each.ID, problem)
			continue
		}
		right++
	}
	return len(file.Vectors), right, nil
}

func isProven(each vector, proven *identity, refusal error) string {
	if refusal != nil {
		return "refused: " + refusal.Error()
	}
	if *proven != each.Expect {
		return "another identity"
	}
	return ""
}

func isRefused(_ vector, _ *identity, refusal error) string {
	if refusal == nil {
		return "accepted"
	}
	return ""
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: interop <folder of the vectors> | -chains")
		os.Exit(2)
	}
	if os.Args[1] == "-chains" {
		if err := stream(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	valid, accepted, err := run(os.Args[1], "valid-ca.json", isProven)
	if err == nil {
		var invalid, refused int
		invalid, refused, err = run(os.Args[1], "invalid-ca.json", isRefused)
		fmt.Printf("go: %d of %d accepted, %d of %d refused\n", accepted, valid, refused, invalid)
		if err == nil && valid > 0 && invalid > 0 && accepted == valid && refused == invalid {
			return
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(1)
}
