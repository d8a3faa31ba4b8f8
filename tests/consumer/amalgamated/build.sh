# SPDX-License-Identifier: BSD-3-Clause
${CXX:-c++} -std=c++20 consumer.cpp -pthread -o consumer
