# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Packages, by hand. They are made of the commit that is checked out, not of what lies in the tree.

.PHONY: dist deb rpm

## dist: the source of a commit as build/dist/kstate-VERSION.tar.gz, the same bytes each time (TAG=, default HEAD)
dist:
	@packaging/dist.sh $(B)/dist $(TAG)

## deb: Debian packages in build/deb (DEB_BUILD_OPTIONS=nocheck: without tests)
deb:
	@packaging/deb.sh $(B)/deb

## rpm: RPM packages below build/rpm (RPM_FLAGS=--nodeps where rpm does not know what is installed)
rpm:
	@packaging/rpm.sh $(B)/rpm
