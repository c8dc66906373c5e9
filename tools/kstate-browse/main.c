// SPDX-License-Identifier: GPL-2.0

/* kstate-browse: shows what one kernel hands over to the next, to look around in. */

#include "browse.h"

int main(int argc, char **argv)
{
	return browse_main(argc, argv, NULL);
}
