#pragma once

#include <string>

namespace rolecall::program {

// What an interrupt leaves and says: nothing half-written, exit code 130, and what to do.
void handle_interrupts();

// From now on, work is kept when it is interrupted, and this command goes on with it.
void on_interrupt_resume(const std::string& command);

// From now on the first interrupt is only heard, for work to be saved where it can be; the next
// one ends the program at once.
void hear_interrupts();
bool is_interrupted();

// Says what an interrupt says. Gives its exit code.
int end_interrupted();

}  // namespace rolecall::program
