package main

import (
	"slices"
	"time"
)

// supersede puts one object's versions in order, newest first, and notes when each was no longer the current one.
func supersede(versions []version) []version {
	slices.SortStableFunc(versions, func(a, b version) int {
		if a.latest != b.latest {
			if a.latest {
				return -1
			}
			return 1
		}
		return b.made.Compare(a.made)
	})
	var newer time.Time
	for i := range versions {
		versions[i].superseded = newer
		newer = versions[i].made
	}
	return versions
}
