#pragma once

#include <string>

namespace rolecall::program {

// What an interrupt leaves and says: nothing half-written, exit code 130, and what to do.
void handle_interrupts();

// From now on, work is kept when it is interrupted, and this command goes on with it.
void on_interrupt_resume(const std::string& command);

}  // namespace rolecall::program
